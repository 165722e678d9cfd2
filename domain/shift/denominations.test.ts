import { describe, expect, it } from 'vitest';
import { countProblem, denominationsOf } from './denominations.ts';

describe('a count by denomination', () => {
  it('sums to what was said, in notes and coins of the bar’s currency, each value once', () => {
    const lines = [
      { value_minor: 100_000, pieces: 4 },
      { value_minor: 5_000, pieces: 3 },
    ];
    expect(countProblem('RUB', lines, 415_000)).toBeUndefined();
    expect(countProblem('RUB', lines, 415_001)).toBe('sum_differs');
    expect(countProblem('RUB', [{ value_minor: 2_500, pieces: 1 }], 2_500)).toBe('unknown_denomination');
    expect(countProblem('EUR', [{ value_minor: 25, pieces: 1 }], 25)).toBe('unknown_denomination');
    const twice = [
      { value_minor: 5_000, pieces: 1 },
      { value_minor: 5_000, pieces: 2 },
    ];
    expect(countProblem('RUB', twice, 15_000)).toBe('denomination_twice');
    expect(countProblem('RUB', [], 0)).toBeUndefined();
  });

  it('knows the money of every currency that a bar may choose', () => {
    for (const currency of ['RUB', 'USD', 'EUR']) expect(denominationsOf(currency)).toContain(100);
    expect(denominationsOf('XXX')).toEqual([]);
  });
});
