import type { ChangeKegInput, KegChangeWire } from '#domain/protocol/kegs';
import { appendEvent } from '../events/append.ts';
import { kegById } from '../queries/kegs.ts';
import { appendAudit } from './support/appendAudit.ts';
import { by, command } from './support/command.ts';
import type { Actor, Deps } from './support/deps.ts';
import { lockKegInStore, lockTapWithKeg, putOn, takeOff } from './support/kegOnTap.ts';
import { notifyPos } from './support/notifyPos.ts';

/**
 * The old keg off and the new one on, in one act. Refused while a pour may run, so that a pour has one keg.
 * Locks: request key → tap → kegs. @throws DomainError as takeKegOff, and keg.not_found, keg.not_in_store
 */
export async function changeKeg(deps: Deps, actor: Actor, input: ChangeKegInput): Promise<KegChangeWire> {
  return command(deps, { procedure: 'keg.change', actor, input }, async (unit) => {
    const { tap_id, keg_id, fate, reason, request_id } = input;
    const tap = await lockTapWithKeg(unit, tap_id);
    await lockKegInStore(unit, keg_id);
    const old_keg_id = await takeOff(unit, tap, { actor, fate, reason });
    await putOn(unit, deps, { tap_id, keg_id });
    const payload = { tap_id, keg_id, old_keg_id, what: 'changed', fate };
    await notifyPos(unit, { kind: 'keg', id: request_id, payload });
    await appendAudit(unit, {
      action: 'keg.changed',
      ...by(actor),
      tap_id,
      reason,
      details: { keg_id, old_keg_id, fate },
    });
    await appendEvent(unit, deps, { type: 'tap.changed', tap_id, details: { what: 'keg', keg_id } });
    return { off: await kegById(unit, old_keg_id), on: await kegById(unit, keg_id) };
  });
}
