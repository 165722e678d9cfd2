import { expect, it } from 'vitest';
import { backOffMs } from './backOff.ts';
import { vatIncluded } from './vat.ts';

it('the tax included in an amount is rounded half up, and a reversal takes back exactly what was', () => {
  expect(vatIncluded(12_000, 200)).toBe(2_000);
  expect(vatIncluded(100, 200)).toBe(17);
  expect(vatIncluded(105, 50)).toBe(5);
  expect(vatIncluded(15_000, 0)).toBe(0);
  expect(vatIncluded(3, 200)).toBe(1);
  for (const amount of [1, 99, 12_345, 100_000_000])
    expect(vatIncluded(-amount, 220) + vatIncluded(amount, 220)).toBe(0);
});

it('tries come later and later, at most an hour apart', () => {
  expect([1, 2, 3, 4].map(backOffMs)).toEqual([1_000, 2_000, 4_000, 8_000]);
  expect(backOffMs(13)).toBe(3_600_000);
  expect(backOffMs(1_000)).toBe(3_600_000);
});
