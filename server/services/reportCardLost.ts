import type { z } from 'zod';
import { DomainError } from '#domain/errors';
import type { reportLostInput } from '#domain/protocol/till';
import { appendEvent } from '../events/append.ts';
import type { VisitAnswer } from './openVisit.ts';
import { command } from './support/command.ts';
import type { Actor, Deps } from './support/deps.ts';
import { loseCard } from './support/loseCard.ts';
import { bumpVersion, visitFor } from './support/visitFor.ts';

/**
 * The guest has lost the card: no tap takes it any more (invariant 11), its running pour is stopped, the visit goes on and may
 * get another card. Locks: request key → shift (shared) → guest account → visit → card.
 */
export async function reportCardLost(
  deps: Deps,
  actor: Actor,
  input: z.output<typeof reportLostInput>,
): Promise<VisitAnswer> {
  return command(deps, { procedure: 'visit.reportLost', actor, input }, async (unit) => {
    const { visit_id, reason } = input;
    const { guest } = await visitFor(unit, deps, { action: 'report_lost', actor, visit_id });
    const { guest_id } = guest;
    const card_id = await loseCard(unit, deps, { visit_id, guest_id, actor, reason, end_reason: 'lost' });
    if (card_id === null) throw new DomainError('visit.has_no_card', { visit_id });
    const version = await bumpVersion(unit, visit_id);
    await appendEvent(unit, deps, {
      type: 'visit.changed',
      visit_id,
      guest_id,
      details: { what: 'card_lost', card_id },
    });
    return { visit_id, version };
  });
}
