import { describe, expect, it } from 'vitest';
import { isIdle } from './isIdle.ts';

describe('an idle till', () => {
  it.each([
    [60, 59_999, false],
    [60, 60_000, true],
    [0, 10_000_000, false],
  ])('with a setting of %i s after %i ms asks for a PIN: %s', (setting, quiet, asks) => {
    expect(isIdle(setting, quiet)).toBe(asks);
  });
});
