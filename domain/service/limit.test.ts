import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SERVICE_DEFAULTS } from '../moneySettings.ts';
import { NOTHING_SERVED, serviceLeftMl, serviceState } from './limit.ts';
import type { ServiceLaw } from './limit.ts';

const ml: ServiceLaw = { ...SERVICE_DEFAULTS, daily_limit_ml: 946 };
const grams: ServiceLaw = { ...ml, unit: 'grams', limit_grams: 40 };
const of = (volume: number, abv_permille: number) => ({
  ...NOTHING_SERVED,
  ml: volume,
  ethanol_ug: volume * abv_permille * 789,
});

describe('the service limit', () => {
  it('in ml counts what was poured, whatever its strength', () => {
    expect(serviceLeftMl(ml, of(900, 120), 48)).toBe(46);
    expect(serviceLeftMl(ml, { ...of(900, 120), extra_ml: 500 }, 48)).toBe(546);
  });

  it('in grams is ml × ABV × 0.789: a litre of 4.8 % is 37.872 g', () => {
    expect(serviceLeftMl(grams, of(1000, 48), 48)).toBe(56);
    expect(serviceLeftMl(grams, of(1000, 48), 96)).toBe(28);
    expect(serviceLeftMl(grams, { ...of(1000, 48), extra_grams: 10 }, 48)).toBe(320);
    expect(serviceState(grams, of(1000, 48))).toEqual({
      unit: 'grams',
      limit: 40,
      used: 38,
      level: 'warning',
    });
  });

  it('in grams never stops what has no alcohol', () => {
    expect(serviceLeftMl(grams, of(5000, 60), 0)).toBeGreaterThan(100_000);
  });

  it('warns from the setting’s part of the limit on', () => {
    const level = (volume: number) => serviceState({ ...ml, daily_limit_ml: 1000 }, of(volume, 48)).level;
    expect([799, 800, 999, 1000].map(level)).toEqual(['ok', 'warning', 'warning', 'reached']);
  });

  it('pouring what is left never passes the limit, one millilitre more does', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2000 }), fc.integer({ min: 1, max: 1000 }), (volume, abv) => {
        const left = serviceLeftMl(grams, of(volume, abv), abv);
        fc.pre(left >= 0);
        const total = (volume + left) * abv * 789;
        expect(total).toBeLessThanOrEqual(40_000_000);
        expect(total + abv * 789).toBeGreaterThan(40_000_000);
      }),
    );
  });
});
