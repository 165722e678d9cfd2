import type { KegWire } from '#domain/protocol/equipment';
import type { TakeKegOffInput } from '#domain/protocol/kegs';
import { appendEvent } from '../events/append.ts';
import { kegById } from '../queries/kegs.ts';
import { appendAudit } from './support/appendAudit.ts';
import { by, command } from './support/command.ts';
import type { Actor, Deps } from './support/deps.ts';
import { lockTapWithKeg, takeOff } from './support/kegOnTap.ts';
import { notifyPos } from './support/notifyPos.ts';

/**
 * A keg leaves its tap: back to the store with what is in it, or at its end with the rest booked as variance. Refused while a
 * pour may run. Locks: request key → tap → keg. @throws DomainError tap.not_found, tap.has_no_keg, tap.pour_may_run
 */
export async function takeKegOff(deps: Deps, actor: Actor, input: TakeKegOffInput): Promise<KegWire> {
  return command(deps, { procedure: 'keg.takeOff', actor, input }, async (unit) => {
    const { tap_id, fate, reason, request_id } = input;
    const tap = await lockTapWithKeg(unit, tap_id);
    const keg_id = await takeOff(unit, tap, { actor, fate, reason });
    await notifyPos(unit, {
      kind: 'keg',
      id: request_id,
      payload: { tap_id, keg_id, what: 'taken_off', fate },
    });
    await appendAudit(unit, {
      action: 'keg.taken_off',
      ...by(actor),
      tap_id,
      reason,
      details: { keg_id, fate },
    });
    await appendEvent(unit, deps, { type: 'tap.changed', tap_id, details: { what: 'keg', keg_id: null } });
    return kegById(unit, keg_id);
  });
}
