import type { GuestWire, SetBlockedInput } from '#domain/protocol/guests';
import { query } from '../db/query.ts';
import type { Actor, Deps } from './support/deps.ts';
import { changeGuest } from './support/guest.ts';

/** A blocked guest's card opens no tap (`guest_blocked`); their money stays theirs. Lock: guest account. */
export async function setBlocked(deps: Deps, actor: Actor, input: SetBlockedInput): Promise<GuestWire> {
  const { blocked, reason, guest_id } = input;
  const action = blocked ? 'guest.blocked' : 'guest.unblocked';
  const change = { procedure: 'guest.setBlocked', action, reason };
  return changeGuest(deps, actor, { input, change }, async (unit) => {
    await query(unit, 'UPDATE guests SET blocked_at = $2, blocked_reason = $3 WHERE id = $1', [
      guest_id,
      blocked ? deps.clock.now() : null,
      blocked ? reason : null,
    ]);
  });
}
