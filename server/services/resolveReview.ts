import { DomainError } from '#domain/errors';
import { chargeOf, splitBack } from '#domain/pour/charge';
import type { resolveReviewInput } from '#domain/protocol/corrections';
import { compare, decideAdjust, isAdjustable } from '#domain/review/compare';
import type { ReviewState } from '#domain/review/states';
import type { z } from 'zod';
import type { Unit } from '../db/inTransaction.ts';
import { query, queryOne } from '../db/query.ts';
import { appendEvent } from '../events/append.ts';
import { meterOfReview } from '../queries/reviews.ts';
import { appendAudit } from './support/appendAudit.ts';
import { requireShiftLead, shiftLeadOf } from './support/approval.ts';
import type { Approver } from './support/approval.ts';
import { splitLines } from './support/billGrant.ts';
import { by, command } from './support/command.ts';
import { correctedPour } from './support/correctedPour.ts';
import type { CorrectedPour } from './support/correctedPour.ts';
import type { Actor, Deps } from './support/deps.ts';
import { reservedMinor } from './support/grantRow.ts';
import { lockGuestAccount } from './support/locks.ts';
import { debtOf } from './support/paymentAccount.ts';
import type { LedgerLine } from './support/postLedger.ts';
import { readSettings } from './support/settings.ts';
import { requireOpenShift } from './support/shift.ts';
import { bumpVersion, lockVisit } from './support/visitFor.ts';
import { writeCorrection } from './support/writeCorrection.ts';

export type ResolveReview = Omit<z.output<typeof resolveReviewInput>, 'approval'> & {
  approver: Approver | null;
};
export type ReviewResolved = { review_id: number; correction_id: number | null; amount_minor: number };

type Item = {
  review_id: number;
  kind: string;
  state: ReviewState;
  visit_id: number | null;
  guest_id: number | null;
  grant_id: string | null;
  tap_id: number | null;
  resolution: string | null;
};

/**
 * A person's word on a review item, once. `keep`: nothing moves. `adjust`: the difference between meter and charge becomes a
 * transaction of its own in the present shift, on a shift lead's PIN; grant, report and pour keep what they say.
 * Locks: request key → shift (shared, to adjust) → guest account → visit → review item.
 * @throws DomainError review.not_found, review.resolved, review.not_adjustable, approval.needed, shift.closed, pour.reversed
 */
export async function resolveReview(deps: Deps, actor: Actor, input: ResolveReview): Promise<ReviewResolved> {
  const { review_id, resolution, reason, approver } = input;
  const adjust = resolution === 'adjust';
  const approved = adjust ? requireShiftLead(approver) : shiftLeadOf(actor, approver);
  return command(deps, { procedure: 'review.resolve', actor, input }, async (unit) => {
    const shift_id = adjust ? (await requireOpenShift(unit, deps)).shift_id : null;
    const { item, balance_minor } = await lockItem(unit, review_id);
    if (item.state === 'resolved')
      throw new DomainError('review.resolved', { review_id, resolution: item.resolution });
    const made =
      shift_id === null
        ? { correction_id: null, amount_minor: 0 }
        : await adjustBy(unit, deps, { item, balance_minor, shift_id, actor, approved, reason });
    await query(
      unit,
      `UPDATE review_items SET state = 'resolved', resolved_at = $2, resolved_by = $3, resolution = $4, resolution_reason = $5
       WHERE id = $1`,
      [review_id, deps.clock.now().toISOString(), actor.operator_id, resolution, reason],
    );
    const { visit_id, guest_id, grant_id, tap_id } = item;
    await appendAudit(unit, {
      action: 'review.resolved',
      ...by(actor),
      visit_id,
      guest_id,
      tap_id,
      grant_id,
      reason,
      details: { review_id, kind: item.kind, resolution, ...made, approved_by: approved.operator_id },
    });
    await appendEvent(unit, deps, {
      type: 'review.changed',
      visit_id,
      tap_id,
      details: { review_item_id: review_id, kind: item.kind, state: 'resolved' },
    });
    return { review_id, ...made };
  });
}

const ITEM = `SELECT id AS review_id, kind, state, visit_id, guest_id, grant_id, tap_id, resolution FROM review_items WHERE id = $1`;

async function lockItem(unit: Unit, review_id: number): Promise<{ item: Item; balance_minor: number }> {
  const [found] = await query<Item>(unit, ITEM, [review_id]);
  if (!found) throw new DomainError('review.not_found', { review_id });
  const account = found.guest_id === null ? null : await lockGuestAccount(unit, found.guest_id);
  if (found.visit_id !== null) await lockVisit(unit, found.visit_id);
  const item = await queryOne<Item>(unit, `${ITEM} FOR NO KEY UPDATE`, [review_id]);
  return { item, balance_minor: account?.balance_minor ?? 0 };
}

type Adjusting = {
  item: Item;
  balance_minor: number;
  shift_id: number;
  actor: Actor;
  approved: Approver;
  reason: string;
};

async function adjustBy(
  unit: Unit,
  deps: Deps,
  by: Adjusting,
): Promise<{ correction_id: number; amount_minor: number }> {
  const { item, shift_id, actor, approved, reason } = by;
  const { review_id, kind, grant_id } = item;
  const report = await meterOfReview(unit, review_id);
  if (!isAdjustable(kind) || grant_id === null || item.guest_id === null || !report)
    throw new DomainError('review.not_adjustable', { review_id, kind });
  const of = await correctedPour(unit, grant_id);
  const charge = chargeOf(of.pour);
  const { first_flush_ml } = (await readSettings(unit)).pour;
  const decision = decideAdjust(charge, compare({ pour: of.pour, charge, report, first_flush_ml }));
  if (decision.outcome === 'reversed_already') throw new DomainError('pour.reversed', { review_id });
  if (decision.outcome === 'nothing') throw new DomainError('review.not_adjustable', { review_id, kind });
  const charged = decision.outcome === 'charge';
  const { ml } = decision;
  const amount_minor = charged ? decision.amount_minor : 0 - decision.amount_minor;
  const correction_id = await writeCorrection(unit, deps, {
    kind: 'adjustment',
    of,
    ml,
    amount_minor,
    lines: await (charged ? chargeLines : backLines)(unit, {
      of,
      amount_minor: decision.amount_minor,
      balance_minor: by.balance_minor,
    }),
    shift_id,
    actor,
    approved_by: approved.operator_id,
    reason,
    review_item_id: review_id,
  });
  await bumpVersion(unit, of.visit_id);
  return { correction_id, amount_minor };
}

type Move = { of: CorrectedPour; amount_minor: number; balance_minor: number };

/** Up to what is free of the balance; the rest is owed. */
async function chargeLines(unit: Unit, move: Move): Promise<LedgerLine[]> {
  const { guest_id } = move.of;
  const free_minor = Math.max(0, move.balance_minor - (await reservedMinor(unit, guest_id, null)));
  const paid_minor = Math.min(free_minor, move.amount_minor);
  return [
    ...splitLines({ kind: 'guest', guest_id }, 0 - paid_minor),
    ...splitLines({ kind: 'receivable', guest_id }, paid_minor - move.amount_minor),
    ...splitLines({ kind: 'sales' }, move.amount_minor),
  ];
}

/** First off what the guest owes. */
async function backLines(unit: Unit, move: Move): Promise<LedgerLine[]> {
  const { guest_id } = move.of;
  const back = splitBack(move.amount_minor, await debtOf(unit, guest_id));
  return [
    ...splitLines({ kind: 'guest', guest_id }, back.guest),
    ...splitLines({ kind: 'receivable', guest_id }, back.receivable),
    ...splitLines({ kind: 'sales' }, 0 - move.amount_minor),
  ];
}
