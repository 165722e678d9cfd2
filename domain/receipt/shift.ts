import type { ShiftFigures, XReport, ZReport } from '../shift/zReport.ts';
import { formatTimeOfDay } from '../texts/format.ts';
import { paper } from './paper.ts';
import type { Cell, Look, Paper } from './paper.ts';
import { amount, dateOf, dayAndTime, litres, outgoing, words } from './words.ts';
import type { Words } from './words.ts';

/** Who is behind an operator's id; an id that is gone has none. */
export type NameOf = (operator_id: number) => string | null;

type Row = Cell[];
type Writer = { look: Look; say: Words; nameOf: NameOf; money: (minor: number) => string };

/** A Z as it is kept, for paper. */
export function zReceipt(z: ZReport, look: Look, nameOf: NameOf): string {
  const writer = writerOf(look, nameOf);
  const { say } = writer;
  const sheet = paper(look);
  sheet.title(`${say.z} №${z.z_number}`);
  head(sheet, z, writer, [[say.closed, at(z.closed_at, z.closed_by, writer)]]);
  drawer(sheet, z, writer, [...cashEnd(z, writer)]);
  figures(sheet, z, writer);
  const notes = [
    ...z.waived_taps.map(({ tap_number, reason, approved_by }): Row => [
      `${say.tap_waived} №${tap_number}: ${reason}`,
      `PIN ${nameOf(approved_by) ?? approved_by}`,
    ]),
    ...z.recoveries.map((used): Row => [
      `${say.recovery} ${dayAndTime(used.at, look)}`,
      nameOf(used.operator_id) ?? '',
    ]),
  ];
  if (notes.length > 0) sheet.rule();
  sheet.table(['rest', 14], notes);
  return sheet.done();
}

/** An X: the figures of one moment, with nothing counted. */
export function xReceipt(x: XReport, look: Look, nameOf: NameOf): string {
  const writer = writerOf(look, nameOf);
  const { say } = writer;
  const sheet = paper(look);
  sheet.title(say.x);
  head(sheet, x, writer, [[say.taken, at(x.taken_at, x.taken_by, writer)]]);
  drawer(sheet, x, writer, [[bold(say.expected), bold(writer.money(x.expected_minor))]]);
  figures(sheet, x, writer);
  return sheet.done();
}

function writerOf(look: Look, nameOf: NameOf): Writer {
  return { look, nameOf, say: words(look.language), money: (minor) => amount(minor, look.language) };
}

const bold = (text: string): Cell => ({ text, bold: true });

function at(instant: string, operator_id: number | null, { look, nameOf }: Writer): string {
  const who = operator_id === null ? null : nameOf(operator_id);
  return [dayAndTime(instant, look), who].filter((part) => part !== null).join(' ');
}

function head(sheet: Paper, shift: ShiftFigures, writer: Writer, end: Row[]): void {
  const { say, look } = writer;
  sheet.line(look.bar_name);
  sheet.rule();
  sheet.table(
    [16, 'rest'],
    [
      [`${say.shift} №${shift.shift_id}`, dateOf(shift.business_date)],
      [say.opened, at(shift.opened_at, shift.opened_by, writer)],
      ...end,
    ],
  );
  sheet.rule();
}

function drawer(sheet: Paper, shift: ShiftFigures, writer: Writer, end: Row[]): void {
  const { say, money, look } = writer;
  const cash = shift.methods.find(({ method }) => method === 'cash');
  const terminal = shift.methods.find(({ method }) => method === 'card_terminal');
  const gone = (minor: number): string => outgoing(minor, look.language);
  sheet.line(say.drawer, true);
  sheet.table(
    ['rest', 16],
    [
      [say.float, money(shift.float_minor)],
      [say.top_ups_cash, money(cash?.top_ups_minor ?? 0)],
      [say.refunds_cash, gone(cash?.refunds_minor ?? 0)],
      [say.debts_paid_cash, money(shift.corrections?.debts_paid_cash_minor ?? 0)],
      [say.cash_in, money(shift.cash_moves.in_minor)],
      [say.cash_out, gone(shift.cash_moves.out_minor)],
      ...end,
    ],
  );
  handOvers(sheet, shift, writer);
  sheet.rule();
  sheet.line(say.by_card, true);
  sheet.table(
    ['rest', 16],
    [
      [say.top_ups_card, money(terminal?.top_ups_minor ?? 0)],
      [say.refunds_card, gone(terminal?.refunds_minor ?? 0)],
      [say.debts_paid_card, money(shift.corrections?.debts_paid_card_minor ?? 0)],
    ],
  );
}

function cashEnd({ cash, reason }: ZReport, { say, money }: Writer): Row[] {
  const { difference_minor: difference } = cash;
  const label = difference === 0 ? say.exact : difference < 0 ? say.short : say.over;
  return [
    [bold(say.expected), bold(money(cash.expected_minor))],
    [bold(say.counted), bold(money(cash.counted_minor))],
    [bold(label), bold(difference === 0 ? '' : money(Math.abs(difference)))],
    ...(reason === null ? [] : [[say.reason, reason]]),
  ];
}

/** Who had the drawer, when it changed hands inside the shift. */
function handOvers(sheet: Paper, { cash_sessions }: ShiftFigures, writer: Writer): void {
  if (cash_sessions.length < 2) return;
  const { say, money, look, nameOf } = writer;
  sheet.rule();
  sheet.line(say.handed_over, true);
  sheet.table(
    ['rest', 16],
    cash_sessions.map(({ operator_id, opened_at, ended_at, difference_minor }): Row => {
      const from = formatTimeOfDay(opened_at, look.time_zone);
      const to = ended_at === null ? '' : formatTimeOfDay(ended_at, look.time_zone);
      const name = (operator_id === null ? null : nameOf(operator_id)) ?? '';
      return [`${from}–${to} ${name}`, difference_minor === null ? '' : money(difference_minor)];
    }),
  );
}

function figures(sheet: Paper, shift: ShiftFigures, writer: Writer): void {
  const { say, money, look } = writer;
  sheet.rule();
  sheet.line(say.sales, true);
  if (shift.sales.length === 0) sheet.line(say.nothing_sold);
  const poured = shift.sales.reduce((sum, { ml }) => sum + ml, 0);
  sheet.table(
    ['rest', 12, 12],
    shift.sales.length === 0
      ? []
      : [
          ...shift.sales.map(({ beverage, ml, sales_minor }): Row => [
            beverage,
            litres(ml, look.language),
            money(sales_minor),
          ]),
          [bold(say.total), bold(litres(poured, look.language)), bold(money(shift.sales_minor))],
        ],
  );
  corrections(sheet, shift, writer);
  sheet.rule();
  const { guests_minor, receivable_minor, unclaimed_minor } = shift.liabilities;
  sheet.table(
    ['rest', 16],
    [
      [say.debts_new, money(shift.receivables.new_minor)],
      [say.debts_paid, money(shift.receivables.paid_minor)],
      [say.guests_money, money(guests_minor)],
      [say.debts_all, money(receivable_minor)],
      [say.unclaimed, money(unclaimed_minor)],
    ],
  );
}

function corrections(sheet: Paper, { corrections: sums }: ShiftFigures, writer: Writer): void {
  if (!sums) return;
  const { say, money, look } = writer;
  const rows: Row[] = [
    ...line(say.comped, sums.comped_ml, 0 - sums.comped_minor),
    ...line(say.reversed, sums.reversed_ml, 0 - sums.reversed_minor),
    ...line(say.adjusted, 0, sums.adjusted_minor),
    ...line(say.written_off, 0, 0 - sums.written_off_minor),
    ...line(say.rounding, 0, 0 - (sums.rounded_minor ?? 0)),
  ];
  if (rows.length === 0) return;
  sheet.rule();
  sheet.line(say.corrections, true);
  sheet.table(['rest', 12, 12], rows);

  function line(label: string, ml: number, minor: number): Row[] {
    if (ml === 0 && minor === 0) return [];
    return [[label, ml === 0 ? '' : litres(ml, look.language), money(minor)]];
  }
}
