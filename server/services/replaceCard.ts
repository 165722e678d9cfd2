import type { z } from 'zod';
import { DomainError } from '#domain/errors';
import type { issueCardInput } from '#domain/protocol/till';
import { appendEvent } from '../events/append.ts';
import type { VisitAnswer } from './openVisit.ts';
import { appendAudit } from './support/appendAudit.ts';
import { by, command } from './support/command.ts';
import type { Actor, Deps } from './support/deps.ts';
import { loseCard } from './support/loseCard.ts';
import { bindCard, readUid } from './support/visitCards.ts';
import { bumpVersion, visitFor } from './support/visitFor.ts';

/**
 * Another card for a visit that has one: the old is lost from now on, the new is bound at once. Balance, limit and history are
 * the guest's and stay; an old grant runs on and locks the new card out until it ends.
 * Locks: request key → shift (shared) → guest account → visit → cards.
 */
export async function replaceCard(
  deps: Deps,
  actor: Actor,
  input: z.output<typeof issueCardInput> & { reason?: string },
): Promise<VisitAnswer> {
  const uid = readUid(input.card_uid);
  return command(deps, { procedure: 'visit.replaceCard', actor, input }, async (unit) => {
    const { visit_id, expected_version, reason = 'replaced' } = input;
    const { guest } = await visitFor(unit, deps, {
      action: 'replace_card',
      actor,
      visit_id,
      expected_version,
    });
    const { guest_id } = guest;
    const old = await loseCard(unit, deps, {
      visit_id,
      guest_id,
      actor,
      reason,
      end_reason: 'replaced',
    });
    if (old === null) throw new DomainError('visit.has_no_card', { visit_id });
    const card = await bindCard(unit, { visit_id, uid, operator_id: actor.operator_id });
    const { card_id } = card;
    const version = await bumpVersion(unit, visit_id);
    await appendAudit(unit, {
      action: 'card.issued',
      ...by(actor),
      visit_id,
      guest_id,
      card_id,
      details: { replaces: old },
    });
    await appendEvent(unit, deps, {
      type: 'visit.changed',
      visit_id,
      guest_id,
      details: { what: 'card_replaced', card_id },
    });
    return { visit_id, version };
  });
}
