import { describe, expect, it } from 'vitest';
import { since } from './filters.ts';

describe('the period of the journal', () => {
  const now = Date.parse('2026-11-24T18:00:00.000Z');
  it.each([
    ['day', '2026-11-23T18:00:00.000Z'],
    ['week', '2026-11-17T18:00:00.000Z'],
    ['month', '2026-10-24T18:00:00.000Z'],
    ['always', null],
  ] as const)('%s begins at %s', (period, from) => {
    expect(since(period, now)).toBe(from);
  });
});
