import type { Sequelize } from 'sequelize';
import { PAYMENT_METHODS } from '#domain/ledger/accounts';
import type { PaymentMethod } from '#domain/ledger/accounts';
import type {
  BeverageSales,
  CashSessionFigures,
  CorrectionFigures,
  MethodTotals,
  ShiftFigures,
} from '#domain/shift/zReport';
import type { Unit } from '../db/inTransaction.ts';
import { query, queryOne } from '../db/query.ts';

type Where = Unit | Sequelize;
export type ShiftHead = {
  shift_id: number;
  business_date: string;
  opened_at: Date;
  opened_by: number | null;
  float_minor: number;
};

/** The figures that an X shows and a Z keeps: one place, so that they are the same. */
export async function shiftFigures(where: Where, shift: ShiftHead): Promise<ShiftFigures> {
  const { shift_id } = shift;
  const sales = await salesByBeverage(where, shift_id);
  return {
    shift_id,
    business_date: shift.business_date,
    opened_at: shift.opened_at.toISOString(),
    opened_by: shift.opened_by,
    float_minor: shift.float_minor,
    methods: await methodTotals(where, shift_id),
    cash_moves: await cashMoves(where, shift_id),
    cash_sessions: await cashSessions(where, shift_id),
    sales,
    sales_minor: sales.reduce((sum, line) => sum + line.sales_minor, 0),
    receivables: await receivablesOfShift(where, shift_id),
    corrections: await corrections(where, shift_id),
    liabilities: await liabilities(where),
  };
}

async function cashMoves(where: Where, shift_id: number): Promise<ShiftFigures['cash_moves']> {
  return queryOne<ShiftFigures['cash_moves']>(
    where,
    `SELECT coalesce(-sum(e.amount_minor) FILTER (WHERE t.kind = 'cash_in'), 0)::bigint AS in_minor,
       coalesce(sum(e.amount_minor) FILTER (WHERE t.kind = 'cash_out'), 0)::bigint AS out_minor
     FROM ledger_transactions t JOIN ledger_entries e ON e.transaction_id = t.id
     JOIN ledger_accounts a ON a.id = e.account_id AND a.kind = 'cash'
     WHERE t.shift_id = $1 AND t.kind IN ('cash_in', 'cash_out')`,
    [shift_id],
  );
}

type CashSessionRow = Omit<CashSessionFigures, 'opened_at' | 'ended_at'> & {
  opened_at: Date;
  ended_at: Date | null;
};

async function cashSessions(where: Where, shift_id: number): Promise<CashSessionFigures[]> {
  const rows = await query<CashSessionRow>(
    where,
    `SELECT operator_id, opened_at, ended_at, float_minor, expected_minor, counted_minor,
       counted_minor - expected_minor AS difference_minor, reason
     FROM cash_sessions WHERE shift_id = $1 ORDER BY id`,
    [shift_id],
  );
  return rows.map((row) => ({
    ...row,
    opened_at: row.opened_at.toISOString(),
    ended_at: row.ended_at?.toISOString() ?? null,
  }));
}

/** Cash that lies in the drawer if nobody erred: float + what the ledger says of this shift. Sums are int8. */
export async function expectedCash(where: Where, shift_id: number): Promise<number> {
  const row = await queryOne<{ expected_minor: number }>(
    where,
    `SELECT s.float_minor - coalesce((
         SELECT sum(e.amount_minor) FROM ledger_transactions t
         JOIN ledger_entries e ON e.transaction_id = t.id JOIN ledger_accounts a ON a.id = e.account_id AND a.kind = 'cash'
         WHERE t.shift_id = s.id), 0)::bigint AS expected_minor
     FROM shifts s WHERE s.id = $1`,
    [shift_id],
  );
  return row.expected_minor;
}

/** Defect 7 of the first system: a drawer can be reconciled only with totals by method. */
export async function methodTotals(where: Where, shift_id: number): Promise<MethodTotals[]> {
  const rows = await query<Omit<MethodTotals, 'net_minor'>>(
    where,
    `SELECT a.kind AS method,
       count(*) FILTER (WHERE t.kind = 'top_up') AS top_up_count,
       coalesce(-sum(e.amount_minor) FILTER (WHERE t.kind = 'top_up'), 0)::bigint AS top_ups_minor,
       count(*) FILTER (WHERE t.kind = 'refund') AS refund_count,
       coalesce(sum(e.amount_minor) FILTER (WHERE t.kind = 'refund'), 0)::bigint AS refunds_minor
     FROM ledger_transactions t JOIN ledger_entries e ON e.transaction_id = t.id
     JOIN ledger_accounts a ON a.id = e.account_id AND a.kind = ANY($2::text[])
     WHERE t.shift_id = $1 AND t.kind IN ('top_up', 'refund') GROUP BY a.kind`,
    [shift_id, [...PAYMENT_METHODS]],
  );
  return PAYMENT_METHODS.map((method) => ({
    ...(rows.find((row) => row.method === method) ?? noTotals(method)),
  })).map((totals) => ({ ...totals, net_minor: totals.top_ups_minor - totals.refunds_minor }));
}

const noTotals = (method: PaymentMethod) => ({
  method,
  top_up_count: 0,
  top_ups_minor: 0,
  refund_count: 0,
  refunds_minor: 0,
});

export async function salesByBeverage(where: Where, shift_id: number): Promise<BeverageSales[]> {
  return query<BeverageSales>(
    where,
    `SELECT b.id AS beverage_id, b.name AS beverage, count(*) AS pours,
       coalesce(sum(p.billed_ml), 0)::bigint AS ml, coalesce(sum(p.cost_minor), 0)::bigint AS sales_minor
     FROM pours p JOIN beverages b ON b.id = p.beverage_id
     WHERE p.shift_id = $1 AND p.sync_status IN ('synced', 'reconciled')
     GROUP BY b.id, b.name ORDER BY b.name, b.id`,
    [shift_id],
  );
}

/** A debt that is carried to another guest is neither new nor paid; comped, reversed and written off are corrections. */
export async function receivablesOfShift(
  where: Where,
  shift_id: number,
): Promise<ShiftFigures['receivables']> {
  return queryOne<ShiftFigures['receivables']>(
    where,
    `SELECT coalesce(-sum(e.amount_minor) FILTER (WHERE t.kind IN ('pour', 'adjustment')), 0)::bigint AS new_minor,
       coalesce(sum(e.amount_minor) FILTER (WHERE t.kind = 'receivable_paid'), 0)::bigint AS paid_minor
     FROM ledger_transactions t JOIN ledger_entries e ON e.transaction_id = t.id
     JOIN ledger_accounts a ON a.id = e.account_id AND a.kind = 'receivable' WHERE t.shift_id = $1`,
    [shift_id],
  );
}

/** What was given, taken back and written off in the shift, and debts paid past the guests' accounts. */
async function corrections(where: Where, shift_id: number): Promise<CorrectionFigures> {
  return queryOne<CorrectionFigures>(
    where,
    `SELECT c.*, l.* FROM (
       SELECT coalesce(sum(ml) FILTER (WHERE kind = 'comp'), 0)::bigint AS comped_ml,
         coalesce(sum(ml) FILTER (WHERE kind = 'reversal'), 0)::bigint AS reversed_ml,
         coalesce(-sum(amount_minor) FILTER (WHERE kind = 'reversal'), 0)::bigint AS reversed_minor,
         coalesce(sum(amount_minor) FILTER (WHERE kind = 'adjustment'), 0)::bigint AS adjusted_minor
       FROM pour_corrections WHERE shift_id = $1) c, (
       SELECT coalesce(-sum(e.amount_minor) FILTER (WHERE a.kind = 'comp'), 0)::bigint AS comped_minor,
         coalesce(-sum(e.amount_minor) FILTER (WHERE a.kind = 'loss'), 0)::bigint AS written_off_minor,
         coalesce(-sum(e.amount_minor) FILTER (WHERE a.kind = 'cash' AND t.kind = 'receivable_paid'), 0)::bigint AS debts_paid_cash_minor,
         coalesce(-sum(e.amount_minor) FILTER (WHERE a.kind = 'card_terminal' AND t.kind = 'receivable_paid'), 0)::bigint AS debts_paid_card_minor,
         coalesce(-sum(e.amount_minor) FILTER (WHERE a.kind = 'rounding'), 0)::bigint AS rounded_minor
       FROM ledger_transactions t JOIN ledger_entries e ON e.transaction_id = t.id
       JOIN ledger_accounts a ON a.id = e.account_id AND a.kind IN ('comp', 'loss', 'cash', 'card_terminal', 'rounding')
       WHERE t.shift_id = $1 AND t.kind IN ('comp', 'reversal', 'write_off', 'receivable_paid', 'refund')) l`,
    [shift_id],
  );
}

/** What the bar owes its guests and they owe it, all time. */
export async function liabilities(where: Where): Promise<ShiftFigures['liabilities']> {
  return queryOne<ShiftFigures['liabilities']>(
    where,
    `SELECT (SELECT coalesce(sum(balance_minor), 0)::bigint FROM guest_accounts) AS guests_minor,
       (SELECT coalesce(-sum(e.amount_minor), 0)::bigint FROM ledger_entries e
          JOIN ledger_accounts a ON a.id = e.account_id AND a.kind = 'receivable') AS receivable_minor,
       (SELECT coalesce(sum(e.amount_minor), 0)::bigint FROM ledger_entries e
          JOIN ledger_accounts a ON a.id = e.account_id AND a.kind = 'unclaimed') AS unclaimed_minor`,
  );
}
