import { expect, it } from 'vitest';
import { isCleaningDue } from './cleaning.ts';

it('a tap is due when so many whole days have gone by since its last cleaning', () => {
  const cleaned = new Date('2026-11-10T12:00:00Z');
  expect(isCleaningDue(cleaned, new Date('2026-11-24T11:59:59Z'), 14)).toBe(false);
  expect(isCleaningDue(cleaned, new Date('2026-11-24T12:00:00Z'), 14)).toBe(true);
});
