import { DomainError } from '#domain/errors';
import type { KegWire, PutKegOnTapInput } from '#domain/protocol/equipment';
import type { Unit } from '../db/inTransaction.ts';
import { query } from '../db/query.ts';
import { appendEvent } from '../events/append.ts';
import { kegById } from '../queries/kegs.ts';
import { appendAudit } from './support/appendAudit.ts';
import { by, command } from './support/command.ts';
import type { Actor, Deps } from './support/deps.ts';
import { bookRest, lockKegInStore, lockTapWithKeg, putOn } from './support/kegOnTap.ts';
import { notifyPos } from './support/notifyPos.ts';

/**
 * Connects a keg from the store. An empty keg gives way, its rest counted as yield variance; one that still has beer must be
 * taken off first. A pour under way keeps the keg that it flows from. Locks: tap → keg.
 */
export async function putKegOnTap(deps: Deps, actor: Actor, input: PutKegOnTapInput): Promise<KegWire> {
  return command(deps, { procedure: 'keg.putOnTap', actor, input }, async (unit) => {
    const { tap_id, keg_id } = input;
    const tap = await lockTapWithKeg(unit, tap_id);
    if (tap.keg_id !== null && tap.keg_state !== 'empty')
      throw new DomainError('tap.has_keg', { tap_id, keg_id: tap.keg_id });
    await lockKegInStore(unit, keg_id);
    if (tap.keg_id !== null) await giveWay(unit, actor, { tap_id, keg_id: tap.keg_id });
    await putOn(unit, deps, { tap_id, keg_id });
    await notifyPos(unit, {
      kind: 'keg',
      id: input.request_id,
      payload: { tap_id, keg_id, what: 'put_on_tap' },
    });
    await appendAudit(unit, {
      action: 'keg.put_on_tap',
      ...by(actor),
      tap_id,
      details: { keg_id, replaced_keg_id: tap.keg_id },
    });
    await appendEvent(unit, deps, { type: 'tap.changed', tap_id, details: { what: 'keg', keg_id } });
    return kegById(unit, keg_id);
  });
}

async function giveWay(unit: Unit, actor: Actor, old: { tap_id: number; keg_id: number }): Promise<void> {
  await query(unit, 'SELECT id FROM kegs WHERE id = $1 FOR NO KEY UPDATE', [old.keg_id]);
  await bookRest(unit, old.keg_id, { ...by(actor), tap_id: old.tap_id, reason: 'changed' });
}
