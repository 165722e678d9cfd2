import type { ReportInput } from '#domain/protocol/reports';
import { LONGEST_REPORT_DAYS, lengthInDays, REPORT_PERIODS } from '#domain/report/period';
import { createStore } from '../../lib/store.ts';

export const PERIODS = [...REPORT_PERIODS, 'days'] as const;
export type Period = (typeof PERIODS)[number];
export interface Chosen {
  period: Period;
  from: string;
  to: string;
}

/** The time stays the same while one looks at another section. */
export const chosenPeriod = createStore<Chosen>({ period: 'shift', from: '', to: '' });
export const SHOWN = ['sales_minor', 'ml'] as const;
export const shownOnCharts = createStore<(typeof SHOWN)[number]>('sales_minor');

/** What is asked of the till; null: the dates are not two days in their order. */
export function askOf({ period, from, to }: Chosen): ReportInput | null {
  if (period !== 'days') return { kind: period };
  const length = from === '' || to === '' ? NaN : lengthInDays({ from, to });
  return length >= 1 && length <= LONGEST_REPORT_DAYS ? { kind: 'days', from, to } : null;
}
