import { DomainError } from '#domain/errors';
import type { KegState } from '#domain/keg/states';
import type { KegWire, PutKegOnTapInput } from '#domain/protocol/equipment';
import type { Unit } from '../db/inTransaction.ts';
import { query } from '../db/query.ts';
import { appendEvent } from '../events/append.ts';
import { kegById } from '../queries/kegs.ts';
import { appendAudit } from './support/appendAudit.ts';
import { by, command } from './support/command.ts';
import type { Actor, Deps } from './support/deps.ts';
import { notifyPos } from './support/notifyPos.ts';

type LockedTap = { keg_id: number | null; keg_state: KegState | null };

/**
 * Connects a keg from the store. An empty keg gives way, its rest counted as yield variance; one that still has beer must be
 * taken off first. A pour under way keeps the keg that it flows from. Locks: tap → keg.
 */
export async function putKegOnTap(deps: Deps, actor: Actor, input: PutKegOnTapInput): Promise<KegWire> {
  return command(deps, { procedure: 'keg.putOnTap', actor, input }, async (unit) => {
    const { tap_id, keg_id } = input;
    const before = await lockTap(unit, tap_id);
    await takeFromStore(unit, keg_id);
    if (before.keg_id !== null) await endKeg(unit, actor, { keg_id: before.keg_id, tap_id });
    await query(unit, 'UPDATE taps SET keg_id = $2 WHERE id = $1', [tap_id, keg_id]);
    await query(unit, `UPDATE kegs SET state = 'on_tap', opened_at = coalesce(opened_at, $2) WHERE id = $1`, [
      keg_id,
      deps.clock.now(),
    ]);
    await notifyPos(unit, {
      kind: 'keg',
      id: input.request_id,
      payload: { tap_id, keg_id, what: 'put_on_tap' },
    });
    await appendAudit(unit, {
      action: 'keg.put_on_tap',
      ...by(actor),
      tap_id,
      details: { keg_id, replaced_keg_id: before.keg_id },
    });
    await appendEvent(unit, deps, { type: 'tap.changed', tap_id, details: { what: 'keg', keg_id } });
    return kegById(unit, keg_id);
  });
}

async function lockTap(unit: Unit, tap_id: number): Promise<LockedTap> {
  const [tap] = await query<LockedTap>(
    unit,
    `SELECT t.keg_id, k.state AS keg_state FROM taps t LEFT JOIN kegs k ON k.id = t.keg_id
     WHERE t.id = $1 FOR UPDATE OF t`,
    [tap_id],
  );
  if (!tap) throw new DomainError('tap.not_found', { tap_id });
  if (tap.keg_id !== null && tap.keg_state !== 'empty')
    throw new DomainError('tap.has_keg', { tap_id, keg_id: tap.keg_id });
  return tap;
}

async function takeFromStore(unit: Unit, keg_id: number): Promise<void> {
  const [keg] = await query<{ state: KegState }>(unit, 'SELECT state FROM kegs WHERE id = $1 FOR UPDATE', [
    keg_id,
  ]);
  if (!keg) throw new DomainError('keg.not_found', { keg_id });
  if (keg.state !== 'in_store') throw new DomainError('keg.not_in_store', { keg_id, state: keg.state });
}

/** What an empty keg still shows, or lacks, is its yield variance; then its remainder is 0 and it leaves the tap. */
async function endKeg(unit: Unit, actor: Actor, old: { keg_id: number; tap_id: number }): Promise<void> {
  await query(unit, 'SELECT id FROM kegs WHERE id = $1 FOR UPDATE', [old.keg_id]);
  await query(
    unit,
    `INSERT INTO keg_movements (keg_id, kind, out_ml, tap_id, operator_id)
     SELECT id, 'yield_variance', remaining_ml, $2, $3 FROM kegs WHERE id = $1 AND remaining_ml <> 0`,
    [old.keg_id, old.tap_id, actor.operator_id],
  );
}
