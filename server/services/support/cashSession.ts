import { DomainError } from '#domain/errors';
import { countProblem } from '#domain/shift/denominations';
import type { CountLine } from '#domain/shift/denominations';
import { needsReason } from '#domain/shift/decideClose';
import { MAX_AMOUNT_MINOR } from '#domain/quantity/money';
import type { Unit } from '../../db/inTransaction.ts';
import { query, queryOne } from '../../db/query.ts';
import { by } from './command.ts';
import type { Actor } from './deps.ts';
import { postLedger } from './postLedger.ts';
import type { Settings } from './settings.ts';

export type CashSession = {
  cash_session_id: number;
  shift_id: number;
  drawer_id: number;
  operator_id: number | null;
  float_minor: number;
  entries_before_minor: number;
};

export type BlindCount = {
  counted_cash_minor: number;
  count?: readonly CountLine[] | null;
  reason?: string | null;
};

/** The drawer of a till; of the first drawer where the server itself opens a shift. @throws DomainError input.invalid */
export async function drawerOf(unit: Unit, till_id: number | null): Promise<number> {
  const [row] = await query<{ drawer_id: number | null }>(
    unit,
    'SELECT coalesce((SELECT drawer_id FROM tills WHERE id = $1), CASE WHEN $1::bigint IS NULL THEN (SELECT min(id) FROM drawers) END) AS drawer_id',
    [till_id],
  );
  if (row === undefined || row.drawer_id === null)
    throw new DomainError('input.invalid', { path: 'till', problem: 'no_drawer' });
  return row.drawer_id;
}

/** Sum of the drawer's entries in this shift; cash in the drawer is what it began with less this. */
async function entriesOf(unit: Unit, shift_id: number, drawer_id: number): Promise<number> {
  const row = await queryOne<{ sum_minor: number }>(
    unit,
    `SELECT coalesce(sum(e.amount_minor), 0)::bigint AS sum_minor FROM ledger_transactions t
     JOIN ledger_entries e ON e.transaction_id = t.id
     JOIN ledger_accounts a ON a.id = e.account_id AND a.kind = 'cash' AND a.drawer_id = $2
     WHERE t.shift_id = $1`,
    [shift_id, drawer_id],
  );
  return row.sum_minor;
}

const COLUMNS = 'id AS cash_session_id, shift_id, drawer_id, operator_id, float_minor, entries_before_minor';

/** Begins a session of the drawer. The caller holds the shift FOR NO KEY UPDATE, or has just made it. */
export async function beginCashSession(
  unit: Unit,
  begin: {
    shift_id: number;
    drawer_id: number;
    operator_id: number | null;
    float_minor: number;
    opened_at: Date;
  },
): Promise<CashSession> {
  const { shift_id, drawer_id, operator_id, float_minor, opened_at } = begin;
  return queryOne<CashSession>(
    unit,
    `INSERT INTO cash_sessions (shift_id, drawer_id, operator_id, float_minor, entries_before_minor, opened_at)
     VALUES ($1, $2, $3, $4, $5, $6) RETURNING ${COLUMNS}`,
    [shift_id, drawer_id, operator_id, float_minor, await entriesOf(unit, shift_id, drawer_id), opened_at],
  );
}

/** Who has the drawer now. A shift from before sessions were kept has one of nobody since its opening. */
export async function currentCashSession(
  unit: Unit,
  shift: { shift_id: number; float_minor: number; opened_at: Date },
  drawer_id: number,
): Promise<CashSession> {
  const [open] = await query<CashSession>(
    unit,
    `SELECT ${COLUMNS} FROM cash_sessions WHERE shift_id = $1 AND drawer_id = $2 AND ended_at IS NULL FOR NO KEY UPDATE`,
    [shift.shift_id, drawer_id],
  );
  if (open) return open;
  return queryOne<CashSession>(
    unit,
    `INSERT INTO cash_sessions (shift_id, drawer_id, operator_id, float_minor, entries_before_minor, opened_at)
     VALUES ($1, $2, NULL, $3, 0, $4) RETURNING ${COLUMNS}`,
    [shift.shift_id, drawer_id, shift.float_minor, shift.opened_at],
  );
}

/** What lies in the drawer if nobody erred. */
export async function expectedInDrawer(unit: Unit, session: CashSession): Promise<number> {
  const now = await entriesOf(unit, session.shift_id, session.drawer_id);
  return session.float_minor - (now - session.entries_before_minor);
}

/** @throws DomainError input.invalid, shift.reason_needed */
export function checkCount(settings: Settings, counted: BlindCount, expected_minor: number): void {
  const { counted_cash_minor: counted_minor, count, reason } = counted;
  const problem = count && countProblem(settings.bar.currency, count, counted_minor);
  if (problem) throw new DomainError('input.invalid', { path: 'count', problem });
  if (Math.abs(counted_minor - expected_minor) > MAX_AMOUNT_MINOR)
    throw new DomainError('input.invalid', { path: 'counted_cash_minor', problem: 'far_from_expected' });
  const difference_limit_minor = settings.till.cash_difference_limit_minor;
  const facts = { expected_minor, counted_minor, difference_limit_minor, reason_given: Boolean(reason) };
  // By how much and which way is not said: the count stays blind.
  if (needsReason(facts))
    throw new DomainError('shift.reason_needed', { limit_minor: difference_limit_minor });
}

/**
 * Ends a session with its count. What was found too little or too much leaves the drawer's account, so that the next one
 * starts true. The caller holds the shift FOR NO KEY UPDATE and has checked the count.
 */
export async function endCashSession(
  unit: Unit,
  session: CashSession,
  end: { actor: Actor; counted: BlindCount; expected_minor: number; ended_at: Date },
): Promise<{ difference_minor: number }> {
  const { actor, counted, expected_minor, ended_at } = end;
  const difference_minor = counted.counted_cash_minor - expected_minor;
  await postLedger(unit, {
    kind: 'over_short',
    shift_id: session.shift_id,
    ...by(actor),
    reason: counted.reason ?? null,
    lines: [
      { account: { kind: 'cash', drawer_id: session.drawer_id }, amount_minor: 0 - difference_minor },
      { account: { kind: 'over_short' }, amount_minor: difference_minor },
    ],
  });
  await query(
    unit,
    `UPDATE cash_sessions SET ended_at = $2, ended_by = $3, expected_minor = $4, counted_minor = $5, count = $6::jsonb, reason = $7
     WHERE id = $1`,
    [
      session.cash_session_id,
      ended_at,
      actor.operator_id,
      expected_minor,
      counted.counted_cash_minor,
      counted.count ? JSON.stringify(counted.count) : null,
      counted.reason ?? null,
    ],
  );
  return { difference_minor };
}
