import { describe, expect, it } from 'vitest';
import { clockOf, dayRuns, minuteOf } from './ruleText.ts';

describe('the times of a price rule', () => {
  it.each([
    ['17:00', false, 1020],
    ['9.30', false, 570],
    ['00:00', false, 0],
    ['24:00', false, null],
    ['24:00', true, 1440],
    ['00:00', true, null],
    ['17:60', false, null],
    ['25:00', true, null],
    ['семь', false, null],
  ] as const)('%s (until: %s) is %s', (text, until, minute) => {
    expect(minuteOf(text, until)).toBe(minute);
  });

  it('are shown as a clock', () => {
    expect([0, 570, 1440].map(clockOf)).toEqual(['00:00', '09:30', '24:00']);
  });

  it('days that follow each other are one run', () => {
    expect(dayRuns([5, 1, 2, 3, 4])).toEqual([[1, 5]]);
    expect(dayRuns([1, 3, 6, 7])).toEqual([
      [1, 1],
      [3, 3],
      [6, 7],
    ]);
  });
});
