import { expect, it } from 'vitest';
import { zCsv } from './zCsv.ts';
import type { ZReport } from './zReport.ts';

const Z: ZReport = {
  z_number: 7,
  shift_id: 9,
  business_date: '2026-11-24',
  opened_at: '2026-11-24T12:00:00.000Z',
  closed_at: '2026-11-24T23:00:00.000Z',
  opened_by: null,
  closed_by: 2,
  float_minor: 500_000,
  methods: [
    {
      method: 'cash',
      top_up_count: 1,
      top_ups_minor: 100_000,
      refund_count: 0,
      refunds_minor: 0,
      net_minor: 100_000,
    },
  ],
  cash_moves: { in_minor: 0, out_minor: 0 },
  cash: { expected_minor: 600_000, counted_minor: 599_500, difference_minor: -500 },
  cash_sessions: [],
  sales: [{ beverage: '=HYPERLINK("x"), IPA', beverage_id: 1, pours: 2, ml: 800, sales_minor: 24_000 }],
  sales_minor: 24_000,
  receivables: { new_minor: 0, paid_minor: 0 },
  liabilities: { guests_minor: 76_000, receivable_minor: 0, unclaimed_minor: 0 },
  count: null,
  reason: null,
  waived_taps: [{ tap_number: 3, reason: 'сгорел, "совсем"', approved_by: 2 }],
  recoveries: [],
};

it('a Z is a table of its figures; names are text and never formulas, quotes and commas survive', () => {
  const lines = zCsv(Z).split('\r\n');
  expect(lines[0]).toBe('\uFEFFsection,name,figure,value');
  expect(lines).toContain('shift,Z,z_number,7');
  expect(lines).toContain('shift,Z,opened_by,');
  expect(lines).toContain('cash,drawer,difference_minor,-500');
  expect(lines).toContain('method,cash,top_ups_minor,100000');
  expect(lines).toContain(`sales,"'=HYPERLINK(""x""), IPA",ml,800`);
  expect(lines).toContain('waived,tap 3,"сгорел, ""совсем""",2');
  expect(lines.at(-1)).toBe('');
});
