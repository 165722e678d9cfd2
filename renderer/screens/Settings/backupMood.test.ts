import { describe, expect, it } from 'vitest';
import { backupMood } from './backupMood.ts';

const HOUR = 3_600_000;
const backup = { scheduled: true, second_place: true, last_at: '2026-11-24T03:00:00.000Z', problem: null };

describe('how the backups stand', () => {
  it.each([
    ['good', backup, 12 * HOUR],
    ['good', backup, 36 * HOUR],
    ['old', backup, 37 * HOUR],
    ['none', { ...backup, last_at: null }, null],
    ['failed', { ...backup, problem: 'No stick.' }, HOUR],
    ['off', { ...backup, scheduled: false, problem: 'No stick.' }, null],
  ] as const)('%s', (mood, is, age) => {
    expect(backupMood(is, age)).toBe(mood);
  });
});
