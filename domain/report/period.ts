/** What a report may be asked for. Days are business dates. */
export const REPORT_PERIODS = ['shift', 'today', 'yesterday', 'week', 'month'] as const;
export type ReportPeriod = (typeof REPORT_PERIODS)[number];
/** the longest report by dates, in days */
export const LONGEST_REPORT_DAYS = 366;

export type Days = { from: string; to: string };

/** The days of a period that ends on `today`; a week and a month are the last 7 and 30 days, today among them. */
export function daysOf(period: Exclude<ReportPeriod, 'shift'>, today: string): Days {
  switch (period) {
    case 'today':
      return { from: today, to: today };
    case 'yesterday':
      return { from: dayBefore(today, 1), to: dayBefore(today, 1) };
    case 'week':
      return { from: dayBefore(today, 6), to: today };
    case 'month':
      return { from: dayBefore(today, 29), to: today };
  }
}

/** From the first to the last, both counted; 0 and less: the last is before the first. */
export function lengthInDays({ from, to }: Days): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY_MS) + 1;
}

const DAY_MS = 86_400_000;

function dayBefore(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) - days * DAY_MS).toISOString().slice(0, 10);
}
