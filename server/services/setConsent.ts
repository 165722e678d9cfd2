import type { GuestWire, SetConsentInput } from '#domain/protocol/guests';
import { query } from '../db/query.ts';
import type { Actor, Deps } from './support/deps.ts';
import { changeGuest } from './support/guest.ts';

/** The guest agreed that name and phone are kept, or took it back (then the till offers to erase them). Lock: guest account. */
export async function setConsent(deps: Deps, actor: Actor, input: SetConsentInput): Promise<GuestWire> {
  const action = input.given ? 'guest.consent_given' : 'guest.consent_withdrawn';
  const change = { procedure: 'guest.setConsent', action };
  return changeGuest(deps, actor, { input, change }, async (unit) => {
    await query(unit, 'UPDATE guests SET consent_at = $2 WHERE id = $1', [
      input.guest_id,
      input.given ? deps.clock.now() : null,
    ]);
  });
}
