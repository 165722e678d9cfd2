import type { ConfirmAgeInput, GuestWire } from '#domain/protocol/guests';
import type { Actor, Deps } from './support/deps.ts';
import { changeGuest, writeAge } from './support/guest.ts';

/** Somebody saw a document: by whom and when is kept, no date of birth. The first confirmation stands. Lock: guest account. */
export async function confirmAge(deps: Deps, actor: Actor, input: ConfirmAgeInput): Promise<GuestWire> {
  const change = { procedure: 'guest.confirmAge', action: 'guest.age_confirmed' };
  return changeGuest(deps, actor, { input, change }, async (unit) => {
    await writeAge(unit, { guest_id: input.guest_id, actor, at: deps.clock.now() });
  });
}
