/** What the actions of the trail begin with. */
export const NOUNS = [
  'visit',
  'pour',
  'card',
  'guest',
  'receivable',
  'shift',
  'cash',
  'review',
  'tap',
  'keg',
  'price',
  'beverage',
  'node',
  'grant',
  'session',
  'staff',
  'settings',
  'flag',
  'security',
] as const;

export const PERIODS = ['day', 'week', 'month', 'always'] as const;
export type Period = (typeof PERIODS)[number];

const DAY_MS = 86_400_000;
const DAYS: Record<Exclude<Period, 'always'>, number> = { day: 1, week: 7, month: 31 };

/** The beginning of the period, or null: from the first row on. */
export function since(period: Period, now: number): string | null {
  return period === 'always' ? null : new Date(now - DAYS[period] * DAY_MS).toISOString();
}
