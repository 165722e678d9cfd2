import { DomainError } from '#domain/errors';
import { decideTakeOff } from '#domain/keg/decideTakeOff';
import type { KegFate } from '#domain/keg/decideTakeOff';
import type { KegState } from '#domain/keg/states';
import type { Unit } from '../../db/inTransaction.ts';
import { query, queryOne } from '../../db/query.ts';
import type { Actor, Deps } from './deps.ts';

export type TapWithKeg = { tap_id: number; keg_id: number | null; keg_state: KegState | null };
export type LockedKeg = { keg_id: number; state: KegState; beverage_id: number; remaining_ml: number };

/** Locks the tap. @throws DomainError tap.not_found */
export async function lockTapWithKeg(unit: Unit, tap_id: number): Promise<TapWithKeg> {
  const [tap] = await query<TapWithKeg>(
    unit,
    `SELECT t.id AS tap_id, t.keg_id, k.state AS keg_state FROM taps t LEFT JOIN kegs k ON k.id = t.keg_id
     WHERE t.id = $1 FOR NO KEY UPDATE OF t`,
    [tap_id],
  );
  if (!tap) throw new DomainError('tap.not_found', { tap_id });
  return tap;
}

/** @throws DomainError keg.not_found */
export async function lockKeg(unit: Unit, keg_id: number): Promise<LockedKeg> {
  const [keg] = await query<LockedKeg>(
    unit,
    'SELECT id AS keg_id, state, beverage_id, remaining_ml FROM kegs WHERE id = $1 FOR NO KEY UPDATE',
    [keg_id],
  );
  if (!keg) throw new DomainError('keg.not_found', { keg_id });
  return keg;
}

/** @throws DomainError keg.not_found, keg.not_in_store */
export async function lockKegInStore(unit: Unit, keg_id: number): Promise<LockedKeg> {
  const keg = await lockKeg(unit, keg_id);
  if (keg.state !== 'in_store') throw new DomainError('keg.not_in_store', { keg_id, state: keg.state });
  return keg;
}

/** Under the lock of the tap no grant of it begins; one whose lease still runs may have its valve open. */
export async function pourMayRun(unit: Unit, tap_id: number): Promise<boolean> {
  const { runs } = await queryOne<{ runs: boolean }>(
    unit,
    `SELECT EXISTS (SELECT 1 FROM grants WHERE tap_id = $1 AND state IN ('open', 'orphaned') AND NOT lease_over) AS runs`,
    [tap_id],
  );
  return runs;
}

export type KegEnd = { actor: Actor; fate: KegFate; reason: string };

/** The keg leaves its tap. The caller holds the tap. Returns the keg's id. @throws DomainError as decideTakeOff says */
export async function takeOff(unit: Unit, tap: TapWithKeg, end: KegEnd): Promise<number> {
  const { tap_id, keg_id, keg_state } = tap;
  const pour_may_run = await pourMayRun(unit, tap_id);
  const decision = decideTakeOff({ keg_state, pour_may_run, fate: end.fate });
  if (decision.effect === 'refuse') throw new DomainError(decision.code, { tap_id });
  if (keg_id === null) throw new Error(`Tap ${tap_id} gives up a keg that it does not have.`);
  await lockKeg(unit, keg_id);
  await query(unit, 'UPDATE taps SET keg_id = NULL WHERE id = $1', [tap_id]);
  // What was on a tap has been opened, whoever put it there.
  await query(unit, 'UPDATE kegs SET state = $2, opened_at = coalesce(opened_at, now()) WHERE id = $1', [
    keg_id,
    decision.state,
  ]);
  if (decision.book_rest) await bookRest(unit, keg_id, { ...end.actor, tap_id, reason: end.reason });
  return keg_id;
}

/** The tap is free and the keg comes from the store; both are locked. */
export async function putOn(unit: Unit, deps: Deps, to: { tap_id: number; keg_id: number }): Promise<void> {
  await query(unit, 'UPDATE taps SET keg_id = $2 WHERE id = $1', [to.tap_id, to.keg_id]);
  await query(unit, `UPDATE kegs SET state = 'on_tap', opened_at = coalesce(opened_at, $2) WHERE id = $1`, [
    to.keg_id,
    deps.clock.now(),
  ]);
}

/** What a keg at its end still shows, or lacks, is its yield variance; then its remainder is 0. */
export async function bookRest(
  unit: Unit,
  keg_id: number,
  why: { tap_id?: number | null; operator_id?: number | null; reason: string },
): Promise<void> {
  await query(
    unit,
    `INSERT INTO keg_movements (keg_id, kind, out_ml, tap_id, operator_id, reason)
     SELECT id, 'yield_variance', remaining_ml, $2, $3, $4 FROM kegs WHERE id = $1 AND remaining_ml <> 0`,
    [keg_id, why.tap_id ?? null, why.operator_id ?? null, why.reason],
  );
}

/** A pour that comes in after its keg has ended was in the variance already: the remainder stays 0. */
export async function keepEndedAtNothing(unit: Unit, keg_id: number): Promise<void> {
  const [ended] = await query(
    unit,
    `SELECT 1 FROM kegs k WHERE k.id = $1 AND k.state IN ('empty', 'returned') AND k.remaining_ml <> 0
       AND NOT EXISTS (SELECT 1 FROM taps t WHERE t.keg_id = k.id)`,
    [keg_id],
  );
  if (ended) await bookRest(unit, keg_id, { reason: 'late' });
}
