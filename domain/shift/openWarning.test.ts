import { expect, it } from 'vitest';
import { openWarning } from './openWarning.ts';

it.each([
  ['at once', 0, null],
  ['just before 20 hours', 20 * 3_600_000 - 1, null],
  ['at 20 hours', 20 * 3_600_000, 'long'],
  ['just before 24 hours', 24 * 3_600_000 - 1, 'long'],
  ['at 24 hours', 24 * 3_600_000, 'too_long'],
  ['after a week', 7 * 24 * 3_600_000, 'too_long'],
  ['when the clock went back', -3_600_000, null],
])('a shift that is open is warned of: %s', (_case, open_ms, warning) => {
  const opened_at = new Date('2026-11-24T17:00:00Z');
  expect(openWarning(opened_at, new Date(opened_at.getTime() + open_ms))).toBe(warning);
});
