import { describe, expect, it } from 'vitest';
import type { XReport, ZReport } from '#domain/shift/zReport';
import { reportLines } from './reportLines.ts';

const instant = '2026-11-24T18:00:00.000Z';
const x: XReport = {
  shift_id: 1,
  business_date: '2026-11-24',
  opened_at: instant,
  opened_by: 2,
  float_minor: 500_000,
  methods: [
    {
      method: 'cash',
      top_up_count: 3,
      top_ups_minor: 300_000,
      refund_count: 1,
      refunds_minor: 20_000,
      net_minor: 280_000,
    },
  ],
  cash_moves: { in_minor: 0, out_minor: 50_000 },
  cash_sessions: [],
  sales: [],
  sales_minor: 0,
  receivables: { new_minor: 0, paid_minor: 0 },
  liabilities: { guests_minor: 100, receivable_minor: 0, unclaimed_minor: 0 },
  taken_at: instant,
  taken_by: 2,
  expected_minor: 730_000,
};
const z: ZReport = {
  ...x,
  z_number: 1,
  closed_at: instant,
  closed_by: 2,
  cash: { expected_minor: 730_000, counted_minor: 725_000, difference_minor: -5_000 },
  count: null,
  reason: null,
  waived_taps: [],
  recoveries: [],
};
const cashOf = (report: XReport | ZReport) => reportLines(report).find(({ part }) => part === 'cash')?.lines;

describe('the lines of X and Z', () => {
  it('the drawer adds up to what is expected: float, in, out', () => {
    const lines = cashOf(x) ?? [];
    const sum = lines
      .filter((line) => line.key !== 'expected')
      .reduce((total, one) => total + (one.minor ?? 0), 0);
    expect(sum).toBe(730_000);
    expect(lines.at(-1)).toMatchObject({ key: 'expected', minor: 730_000 });
  });

  it('a Z says what was counted and which way it differs', () => {
    expect(cashOf(z)?.slice(-2)).toMatchObject([
      { key: 'counted', minor: 725_000 },
      { key: 'short', minor: 5_000 },
    ]);
    const even = { ...z, cash: { expected_minor: 1, counted_minor: 1, difference_minor: 0 } };
    expect(cashOf(even)?.at(-1)?.key).toBe('counted');
  });

  it('parts that have nothing to say are left out', () => {
    expect(reportLines(x).map(({ part }) => part)).toEqual(['cash', 'terminal', 'held']);
  });
});
