import { DomainError } from '#domain/errors';
import type { CorrectKegInput, KegCorrectionWire } from '#domain/protocol/kegs';
import type { Unit } from '../db/inTransaction.ts';
import { query, queryOne } from '../db/query.ts';
import { appendEvent } from '../events/append.ts';
import { kegById } from '../queries/kegs.ts';
import { appendAudit } from './support/appendAudit.ts';
import { by, command } from './support/command.ts';
import type { Actor, Deps } from './support/deps.ts';
import { bookRest, lockKeg, lockTapWithKeg, putOn, takeOff } from './support/kegOnTap.ts';
import type { LockedKeg } from './support/kegOnTap.ts';
import { notifyPos } from './support/notifyPos.ts';
import { openReview } from './support/review.ts';

type Correction = { actor: Actor; input: CorrectKegInput; from: LockedKeg; to: LockedKeg };

/**
 * The till thought that another keg was on the tap. What flowed there since then moves from that keg to the right one, by
 * movements that name what they correct; the tap gets the right keg. Money stays: a difference of price is shown for review.
 * Refused while a pour of the tap is unsettled: its volume still goes to the keg of its grant.
 * Locks: request key → tap → kegs, by number.
 * @throws DomainError tap.not_found, keg.not_found, tap.has_unsettled_grant, keg.not_on_tap, keg.not_in_store
 */
export async function correctKeg(
  deps: Deps,
  actor: Actor,
  input: CorrectKegInput,
): Promise<KegCorrectionWire> {
  return command(deps, { procedure: 'keg.correct', actor, input }, async (unit) => {
    const { tap_id, from_keg_id, to_keg_id, reason, since } = input;
    if (from_keg_id === to_keg_id)
      throw new DomainError('input.invalid', { path: 'to_keg_id', problem: 'same' });
    const tap = await lockTapWithKeg(unit, tap_id);
    await refuseUnsettled(unit, tap_id);
    const correction = { actor, input, ...(await lockBoth(unit, input)) };
    if (tap.keg_id === from_keg_id) {
      if (correction.to.state !== 'in_store')
        throw new DomainError('keg.not_in_store', { keg_id: to_keg_id, state: correction.to.state });
      await takeOff(unit, tap, { actor, fate: input.fate, reason });
      await putOn(unit, deps, { tap_id, keg_id: to_keg_id });
    } else if (tap.keg_id !== to_keg_id) throw new DomainError('keg.not_on_tap', { keg_id: to_keg_id });
    const moved_ml = await moveFlows(unit, correction);
    await bookRestOfEnded(unit, correction);
    await showPriceDifference(unit, deps, { ...correction, moved_ml });
    const details = { from_keg_id, to_keg_id, since, moved_ml };
    await notifyPos(unit, { kind: 'keg', id: input.request_id, payload: { what: 'corrected', ...details } });
    await appendAudit(unit, { action: 'keg.corrected', ...by(actor), tap_id, reason, details });
    await appendEvent(unit, deps, {
      type: 'tap.changed',
      tap_id,
      details: { what: 'keg', keg_id: to_keg_id },
    });
    return { from: await kegById(unit, from_keg_id), to: await kegById(unit, to_keg_id), moved_ml };
  });
}

async function refuseUnsettled(unit: Unit, tap_id: number): Promise<void> {
  const { waits } = await queryOne<{ waits: boolean }>(
    unit,
    `SELECT EXISTS (SELECT 1 FROM grants WHERE tap_id = $1 AND state IN ('open', 'orphaned')) AS waits`,
    [tap_id],
  );
  if (waits) throw new DomainError('tap.has_unsettled_grant', { tap_id });
}

async function lockBoth(unit: Unit, input: CorrectKegInput): Promise<{ from: LockedKeg; to: LockedKeg }> {
  const { from_keg_id, to_keg_id } = input;
  const first = await lockKeg(unit, Math.min(from_keg_id, to_keg_id));
  const second = await lockKeg(unit, Math.max(from_keg_id, to_keg_id));
  return from_keg_id < to_keg_id ? { from: first, to: second } : { from: second, to: first };
}

/**
 * Every flow of the tap since then that still counts for the first keg: one movement takes it back, another gives it to the
 * right keg. Asked again for the same time there is nothing left to move.
 */
async function moveFlows(unit: Unit, { actor, input }: Correction): Promise<number> {
  const { tap_id, from_keg_id, to_keg_id, since, reason } = input;
  const moved = await query<{ keg_id: number; out_ml: number }>(
    unit,
    `WITH flow AS (
       SELECT m.id, m.out_ml, m.grant_id FROM keg_movements m
       LEFT JOIN keg_movements o ON o.id = m.corrects_id LEFT JOIN pour_reports r ON r.id = coalesce(m.report_id, o.report_id)
       LEFT JOIN pours p ON p.grant_id = m.grant_id
       WHERE m.keg_id = $1 AND m.tap_id = $3 AND m.kind <> 'yield_variance' AND o.keg_id IS DISTINCT FROM m.keg_id
         AND NOT EXISTS (SELECT 1 FROM keg_movements c WHERE c.corrects_id = m.id AND c.keg_id = m.keg_id)
         AND coalesce(p.poured_at, r.poured_at, o.created_at, m.created_at) >= $4)
     INSERT INTO keg_movements (keg_id, kind, out_ml, tap_id, grant_id, corrects_id, operator_id, reason)
     SELECT $1, 'correction', -out_ml, $3, grant_id, id, $5::bigint, $6 FROM flow
     UNION ALL SELECT $2, 'correction', out_ml, $3, grant_id, id, $5::bigint, $6 FROM flow
     RETURNING keg_id, out_ml`,
    [from_keg_id, to_keg_id, tap_id, since, actor.operator_id, reason],
  );
  await query(unit, `UPDATE pours SET keg_id = $2 WHERE tap_id = $3 AND keg_id = $1 AND poured_at >= $4`, [
    from_keg_id,
    to_keg_id,
    tap_id,
    since,
  ]);
  return moved.reduce((sum, row) => sum + (row.keg_id === to_keg_id ? row.out_ml : 0), 0);
}

async function bookRestOfEnded(unit: Unit, { actor, input }: Correction): Promise<void> {
  const { state } = await lockKeg(unit, input.from_keg_id);
  if (state !== 'empty' && state !== 'returned') return;
  await bookRest(unit, input.from_keg_id, { ...by(actor), tap_id: input.tap_id, reason: input.reason });
}

/** Guests have paid the price of what the till thought they drank. */
async function showPriceDifference(
  unit: Unit,
  deps: Deps,
  correction: Correction & { moved_ml: number },
): Promise<void> {
  const { from, to, moved_ml, input } = correction;
  if (from.beverage_id === to.beverage_id || moved_ml === 0) return;
  const facts = {
    from_keg_id: from.keg_id,
    to_keg_id: to.keg_id,
    from_beverage_id: from.beverage_id,
    to_beverage_id: to.beverage_id,
    moved_ml,
    since: input.since,
  };
  await openReview(unit, deps, { kind: 'keg_beverage_differs', tap_id: input.tap_id, facts });
}
