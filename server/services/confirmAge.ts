import type { ConfirmAgeInput, GuestWire } from '#domain/protocol/guests';
import { query } from '../db/query.ts';
import type { Actor, Deps } from './support/deps.ts';
import { changeGuest } from './support/guest.ts';

/** Somebody saw a document: by whom and when is kept, no date of birth. The first confirmation stands. Lock: guest account. */
export async function confirmAge(deps: Deps, actor: Actor, input: ConfirmAgeInput): Promise<GuestWire> {
  const change = { procedure: 'guest.confirmAge', action: 'guest.age_confirmed' };
  return changeGuest(deps, actor, { input, change }, async (unit) => {
    await query(
      unit,
      'UPDATE guests SET age_confirmed_at = $2, age_confirmed_by = $3 WHERE id = $1 AND age_confirmed_at IS NULL',
      [input.guest_id, deps.clock.now(), actor.operator_id],
    );
  });
}
