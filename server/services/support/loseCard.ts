import type { CardEndReason } from '#domain/visit/cardEnds';
import type { Unit } from '../../db/inTransaction.ts';
import { query } from '../../db/query.ts';
import { appendEvent } from '../../events/append.ts';
import { appendAudit } from './appendAudit.ts';
import { by } from './command.ts';
import type { Actor, Deps } from './deps.ts';
import { readFlags } from './flags.ts';
import { endVisitCard } from './visitCards.ts';

export type Losing = {
  visit_id: number;
  guest_id: number;
  actor: Actor;
  reason: string;
  end_reason: Extract<CardEndReason, 'lost' | 'replaced'>;
};

/**
 * The visit's card is not where its guest is: from now on no tap takes it. A pour under it is told to stop and stays what it
 * is: money follows the grant. Returns the card, or null where the visit has none. The caller holds the visit.
 */
export async function loseCard(unit: Unit, deps: Deps, losing: Losing): Promise<number | null> {
  const { visit_id, guest_id, actor, reason, end_reason } = losing;
  const card_id = await endVisitCard(unit, { visit_id, end_reason, card_state: 'lost' });
  if (card_id === null) return null;
  await query(
    unit,
    `INSERT INTO lost_cards (card_id, visit_id, reason, reported_by) VALUES ($1, $2, $3, $4)`,
    [card_id, visit_id, reason, actor.operator_id],
  );
  await appendAudit(unit, { action: 'card.lost', ...by(actor), visit_id, guest_id, card_id, reason });
  await appendEvent(unit, deps, {
    type: 'card.changed',
    visit_id,
    guest_id,
    details: { card_id, state: 'lost' },
  });
  await stopPours(unit, deps, card_id);
  return card_id;
}

/** Pushed after the commit, and repeated in the answer to each heartbeat until the node has carried it out. */
async function stopPours(unit: Unit, deps: Deps, card_id: number): Promise<void> {
  const { FF_LOST_CARD_ENFORCEMENT } = await readFlags(unit, deps);
  if (!FF_LOST_CARD_ENFORCEMENT) return;
  const running = await query<{ id: string; node_id: number }>(
    unit,
    `SELECT id, node_id FROM grants WHERE card_id = $1 AND state IN ('open', 'orphaned') AND NOT lease_over`,
    [card_id],
  );
  for (const { id, node_id } of running)
    unit.afterCommit(() => deps.push(node_id, { kind: 'stop_grant', grant_id: id }));
}
