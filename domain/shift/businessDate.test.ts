import { expect, it } from 'vitest';
import { businessDate } from './businessDate.ts';

it.each([
  ['an evening', '2026-11-24T17:00:00Z', 'Europe/Moscow', '2026-11-24'],
  ['02:00 of the next day', '2026-11-24T23:00:00Z', 'Europe/Moscow', '2026-11-24'],
  ['05:59', '2026-11-25T02:59:59Z', 'Europe/Moscow', '2026-11-24'],
  ['06:00', '2026-11-25T03:00:00Z', 'Europe/Moscow', '2026-11-25'],
  ['local midnight', '2026-11-24T21:00:00Z', 'Europe/Moscow', '2026-11-24'],
  ['the first of January at night', '2027-01-01T00:30:00Z', 'Europe/Moscow', '2026-12-31'],
  ['the far east', '2026-11-24T18:00:00Z', 'Asia/Vladivostok', '2026-11-24'],
  ['the far west', '2026-11-24T05:00:00Z', 'America/Los_Angeles', '2026-11-23'],
  [
    '06:00 by the wall clock on the night the clocks go forward',
    '2026-03-29T04:00:00Z',
    'Europe/Berlin',
    '2026-03-29',
  ],
])('a shift opened in %s belongs to its business date', (_case, opened_at, zone, date) => {
  expect(businessDate(new Date(opened_at), zone)).toBe(date);
});

it('an unknown time zone is refused', () => {
  expect(() => businessDate(new Date(), 'Moscow')).toThrow(RangeError);
});
