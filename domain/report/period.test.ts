import { expect, it } from 'vitest';
import { daysOf, lengthInDays } from './period.ts';

it('a week is seven days and a month thirty, today among them', () => {
  expect(daysOf('today', '2026-03-01')).toEqual({ from: '2026-03-01', to: '2026-03-01' });
  expect(daysOf('yesterday', '2026-03-01')).toEqual({ from: '2026-02-28', to: '2026-02-28' });
  expect(daysOf('week', '2026-03-01')).toEqual({ from: '2026-02-23', to: '2026-03-01' });
  expect(lengthInDays(daysOf('week', '2026-03-01'))).toBe(7);
  expect(lengthInDays(daysOf('month', '2026-03-01'))).toBe(30);
  expect(lengthInDays({ from: '2026-03-02', to: '2026-03-01' })).toBe(0);
});
