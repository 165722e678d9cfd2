import { expect, it } from 'vitest';
import { dateOf, dateText } from './dates.ts';

it('a day is written as people write it and read however they type it', () => {
  expect(dateText('2026-11-24', 'ru')).toBe('24.11.2026');
  expect(dateText('2026-11-24', 'en')).toBe('24/11/2026');
  expect(dateText('', 'ru')).toBe('');
  for (const typed of ['24.11.2026', '24/11/2026', '24-11-2026', '24 11 2026', ' 24.11.2026 ', '24112026'])
    expect(dateOf(typed), typed).toBe('2026-11-24');
  expect(dateOf('1.2.2026')).toBe('2026-02-01');
});

it.each(['', '24.11', '31.02.2026', '24.13.2026', '24.11.26', '2026-11-24', 'вчера'])(
  '%j is no day of the calendar',
  (typed) => {
    expect(dateOf(typed)).toBe('');
  },
);
