import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_AMOUNT_MINOR, MAX_PRICE_MINOR_PER_LITRE, minor, minorPerLitre } from './money.ts';
import { affordable, cost } from './pricing.ts';
import { MAX_ML, millilitres, pulsesToMl } from './volume.ts';

const anyMl = fc.integer({ min: 0, max: MAX_ML }).map(millilitres);
const anyPrice = fc.integer({ min: 0, max: MAX_PRICE_MINOR_PER_LITRE }).map(minorPerLitre);
const anyBalance = fc.integer({ min: 0, max: MAX_AMOUNT_MINOR }).map(minor);

describe('pricing', () => {
  it.each([
    [500, 30000, 15000],
    [1, 1490, 1],
    [1000, 1490, 1490],
    [333, 1490, 496],
    [0, 30000, 0],
    [1, 499, 0],
    [1, 500, 1],
    [100000, 10000000, 1000000000],
  ])('%i ml at %i per litre cost %i, half up', (ml, price, expected) => {
    expect(cost(millilitres(ml), minorPerLitre(price))).toBe(expected);
  });

  it('what a balance affords never costs more than the balance, and one millilitre more would', () => {
    fc.assert(
      fc.property(anyBalance, anyPrice, (balance, price) => {
        const ml = affordable(balance, price);
        expect(cost(ml, price)).toBeLessThanOrEqual(balance);
        if (ml < MAX_ML) expect(cost(millilitres(ml + 1), price)).toBeGreaterThan(balance);
      }),
      { numRuns: 2000 },
    );
  });

  it('a price of zero affords the largest volume and divides nothing', () => {
    expect(affordable(minor(0), minorPerLitre(0))).toBe(MAX_ML);
  });

  it('a negative balance affords nothing', () => {
    expect(affordable(minor(-1), minorPerLitre(0))).toBe(0);
  });

  it('cost grows with the volume', () => {
    fc.assert(
      fc.property(anyMl, anyMl, anyPrice, (a, b, price) => {
        const [low, high] = a < b ? [a, b] : [b, a];
        expect(cost(low, price)).toBeLessThanOrEqual(cost(high, price));
      }),
    );
  });

  it.each([NaN, 0.5, 2 ** 53, Infinity])('%d is no amount of money', (value) => {
    expect(() => minor(value)).toThrow(RangeError);
  });

  it.each([NaN, 0.5, -1, MAX_ML + 1])('%d is no volume', (value) => {
    expect(() => millilitres(value)).toThrow(RangeError);
  });

  it('a YF-S201 gives 450 pulses a litre, so 225 pulses are 500 ml', () => {
    expect(pulsesToMl(225, 450)).toBe(500);
  });
});
