import type { z } from 'zod';
import type { issueCardInput } from '#domain/protocol/till';
import { appendEvent } from '../events/append.ts';
import type { VisitAnswer } from './openVisit.ts';
import { appendAudit } from './support/appendAudit.ts';
import { by, command } from './support/command.ts';
import type { Actor, Deps } from './support/deps.ts';
import { bindCard, readUid } from './support/visitCards.ts';
import { bumpVersion, visitFor } from './support/visitFor.ts';

/**
 * Gives the visit a card that lies on the reader. Locks: guest account → visit → card.
 * Invariant 1: a card belongs to at most one active visit; the partial unique index has the last word.
 */
export async function issueCard(
  deps: Deps,
  actor: Actor,
  input: z.output<typeof issueCardInput>,
): Promise<VisitAnswer> {
  const uid = readUid(input.card_uid);
  return command(deps, { procedure: 'visit.issueCard', actor, input }, async (unit) => {
    const { visit_id, expected_version } = input;
    const { visit } = await visitFor(unit, deps, { action: 'issue_card', actor, visit_id, expected_version });
    const card = await bindCard(unit, { visit_id, uid, operator_id: actor.operator_id });
    const version = await bumpVersion(unit, visit_id);
    await appendAudit(unit, {
      action: 'card.issued',
      ...by(actor),
      visit_id,
      guest_id: visit.guest_id,
      card_id: card.card_id,
      details: { was: card.joined_now ? 'unknown' : card.state },
    });
    await appendEvent(unit, deps, {
      type: 'visit.changed',
      visit_id,
      guest_id: visit.guest_id,
      details: { what: 'card_issued', card_id: card.card_id },
    });
    return { visit_id, version };
  });
}
