import { describe, expect, it } from 'vitest';
import { countedMinor, denominationsOf, typeCount } from './denominations.ts';

describe('the count of the drawer', () => {
  it('adds pieces of each denomination', () => {
    expect(countedMinor({ 500_000: 2, 10_000: 7, 100: 2 })).toBe(1_070_200);
  });

  it.each(['RUB', 'EUR', 'USD', 'GEL'])('%s has notes and coins, each once, largest first', (currency) => {
    const all = denominationsOf(currency);
    expect(new Set(all.map((one) => one.minor)).size).toBe(all.length);
    for (const kind of ['note', 'coin'] as const) {
      const minors = all.filter((one) => one.kind === kind).map((one) => one.minor);
      expect(minors.length).toBeGreaterThan(0);
      expect(minors).toEqual([...minors].sort((a, b) => b - a));
    }
  });

  it('keys of the pad write and erase a number of pieces', () => {
    expect(Number(typeCount(0, '7'))).toBe(7);
    expect(Number(typeCount(12, '00'))).toBe(1200);
    expect(Number(typeCount(12, 'Backspace'))).toBe(1);
    expect(Number(typeCount(1, 'Backspace'))).toBe(0);
  });
});
