import { BYTE_ORDER_MARK, csvCell } from '../csv.ts';
import type { ZReport } from './zReport.ts';

type Cell = string | number | null;

/**
 * A Z as a table for a spreadsheet: section, name, figure, in whole minor units and ml. Names come from people: one that a
 * spreadsheet would take for a formula is kept text.
 */
export function zCsv(z: ZReport): string {
  const rows: Cell[][] = [
    ['section', 'name', 'figure', 'value'],
    ...head(z),
    ...z.methods.flatMap(({ method, ...figures }) => figuresOf('method', method, figures)),
    ...figuresOf('cash', 'drawer', { float_minor: z.float_minor, ...z.cash_moves, ...z.cash }),
    ...z.cash_sessions.flatMap((session, index) => sessionRows(session, index + 1)),
    ...z.sales.flatMap(({ beverage, pours, ml, sales_minor }) =>
      figuresOf('sales', beverage, { pours, ml, sales_minor }),
    ),
    ...figuresOf('sales', 'all', { sales_minor: z.sales_minor }),
    ...figuresOf('receivables', 'shift', z.receivables),
    ...figuresOf('corrections', 'shift', z.corrections ?? {}),
    ...figuresOf('liabilities', 'all time', z.liabilities),
    ...z.waived_taps.map((tap) => ['waived', `tap ${tap.tap_number}`, tap.reason, tap.approved_by]),
    ...z.recoveries.map((used) => ['recovery', used.at, 'operator', used.operator_id]),
  ];
  return `${BYTE_ORDER_MARK}${rows.map((row) => row.map((one) => csvCell(one)).join(',')).join('\r\n')}\r\n`;
}

function head(z: ZReport): Cell[][] {
  const { z_number, shift_id, business_date, opened_at, closed_at, opened_by, closed_by, reason } = z;
  const figures = { z_number, shift_id, business_date, opened_at, closed_at, opened_by, closed_by, reason };
  return figuresOf('shift', 'Z', figures);
}

function sessionRows(session: ZReport['cash_sessions'][number], n: number): Cell[][] {
  return figuresOf('cash session', String(n), session);
}

const figuresOf = (section: string, name: string, figures: Readonly<Record<string, Cell>>): Cell[][] =>
  Object.entries(figures).map(([figure, value]) => [section, name, figure, value]);
