import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { banknotesAbove, quickTopUps } from './quickAmounts.ts';

describe('quick amounts', () => {
  it('1 500 is likely paid with 2 000, 3 000 or 5 000', () => {
    expect(banknotesAbove(150_000, 'RUB')).toEqual([200_000, 300_000, 500_000]);
  });

  it('a proposed sum always covers the amount and leaves change', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 100_000_000 }),
        fc.constantFrom('RUB', 'EUR', 'USD'),
        (minor, currency) => {
          const sums = banknotesAbove(minor, currency);
          expect(new Set(sums).size).toBe(3);
          for (const sum of sums) expect(sum).toBeGreaterThan(minor);
        },
      ),
    );
  });

  it('every currency has four amounts of one press', () => {
    for (const currency of ['RUB', 'EUR', 'USD']) expect(quickTopUps(currency)).toHaveLength(4);
  });
});
