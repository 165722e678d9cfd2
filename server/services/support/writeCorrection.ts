import type { CorrectionKind } from '#domain/pour/charge';
import type { LedgerKind } from '#domain/ledger/kinds';
import type { Unit } from '../../db/inTransaction.ts';
import { query, queryOne } from '../../db/query.ts';
import { appendEvent } from '../../events/append.ts';
import { appendAudit } from './appendAudit.ts';
import { by } from './command.ts';
import type { CorrectedPour } from './correctedPour.ts';
import type { Actor, Deps } from './deps.ts';
import { notifyPos } from './notifyPos.ts';
import { postLedger } from './postLedger.ts';
import type { LedgerLine } from './postLedger.ts';

export type NewCorrection = {
  kind: CorrectionKind & LedgerKind;
  of: CorrectedPour;
  /** comp and reversal: what was given; adjustment: how the charge moves */
  ml: number;
  amount_minor: number;
  lines: readonly LedgerLine[];
  shift_id: number;
  actor: Actor;
  approved_by: number;
  reason: string;
  review_item_id?: number;
};

/**
 * One change of a pour's charge: a transaction of its own in the present shift, a row, the trail, the cash register. Grant and
 * pour keep what they say. The caller holds the guest's account. Returns the correction's id.
 */
export async function writeCorrection(unit: Unit, deps: Deps, made: NewCorrection): Promise<number> {
  const { kind, of, ml, amount_minor, shift_id, actor, approved_by, reason } = made;
  const { grant_id, visit_id, guest_id, tap_id } = of;
  const transaction_id = await postLedger(unit, {
    kind,
    lines: made.lines,
    shift_id,
    visit_id,
    guest_id,
    grant_id,
    reverses_id: kind === 'reversal' ? await debitOf(unit, grant_id) : null,
    ...by(actor),
    reason,
  });
  const { id } = await queryOne<{ id: number }>(
    unit,
    `INSERT INTO pour_corrections (grant_id, kind, ml, amount_minor, transaction_id, review_item_id, shift_id, operator_id, approved_by, reason)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING id`,
    [
      grant_id,
      kind,
      ml,
      amount_minor,
      transaction_id,
      made.review_item_id ?? null,
      shift_id,
      actor.operator_id,
      approved_by,
      reason,
    ],
  );
  const { keg_id, beverage_id, pour_id } = of;
  const details = { correction_id: id, pour_id, ml, amount_minor, approved_by };
  const original = `pour:${grant_id}`;
  await notifyPos(unit, {
    kind: 'pour',
    id: `${grant_id}:${kind}:${id}`,
    payload: {
      event: kind,
      original,
      grant_id,
      visit_id,
      shift_id,
      beverage_id,
      keg_id,
      price_minor_per_litre: of.pour.price_minor_per_litre,
      ...details,
      transaction_id,
      operator_id: actor.operator_id,
    },
  });
  const who = { ...by(actor), visit_id, guest_id, tap_id, grant_id, reason };
  await appendAudit(unit, { action: AUDIT[kind], ...who, details });
  await appendEvent(unit, deps, {
    type: 'visit.changed',
    visit_id,
    guest_id,
    details: { what: kind, ...details },
  });
  return id;
}

const AUDIT: Record<CorrectionKind, string> = {
  comp: 'pour.comped',
  reversal: 'pour.reversed',
  adjustment: 'pour.adjusted',
};

async function debitOf(unit: Unit, grant_id: string): Promise<number | null> {
  const [debit] = await query<{ id: number }>(
    unit,
    `SELECT id FROM ledger_transactions WHERE grant_id = $1 AND kind = 'pour'`,
    [grant_id],
  );
  return debit?.id ?? null;
}
