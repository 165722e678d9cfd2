import { DomainError } from '#domain/errors';
import type { RetireCardInput } from '#domain/protocol/cards';
import type { CardLookup } from '#domain/protocol/till';
import type { CardState } from '#domain/card/states';
import { query } from '../db/query.ts';
import { appendEvent } from '../events/append.ts';
import { cardLookup } from '../queries/cardLookup.ts';
import { shiftLeadOf } from './support/approval.ts';
import type { Approver } from './support/approval.ts';
import { appendAudit } from './support/appendAudit.ts';
import { by, command } from './support/command.ts';
import type { Actor, Deps } from './support/deps.ts';
import { readUid } from './support/visitCards.ts';

export type RetireCard = Omit<RetireCardInput, 'approval'> & { approver: Approver | null };
type Card = { card_id: number; state: CardState; visit_id: number | null };

/**
 * A card of the pool is broken or worn out: it is issued to nobody any more and opens no tap. Only a card that nobody holds: one
 * of a visit is replaced or returned first, a lost one found. A shift lead's word. Lock: card. @throws DomainError approval.needed,
 * card.not_available, card.lost, input.invalid
 */
export async function retireCard(deps: Deps, actor: Actor, input: RetireCard): Promise<CardLookup> {
  const approved = shiftLeadOf(actor, input.approver);
  const uid = readUid(input.uid);
  await command(deps, { procedure: 'card.retire', actor, input: { ...input, uid } }, async (unit) => {
    const [card] = await query<Card>(
      unit,
      `SELECT c.id AS card_id, c.state, (SELECT visit_id FROM visit_cards WHERE card_id = c.id AND ended_at IS NULL) AS visit_id
       FROM cards c WHERE c.uid = $1 FOR NO KEY UPDATE OF c`,
      [uid],
    );
    if (!card) throw new DomainError('input.invalid', { path: 'uid', problem: 'unknown' });
    const { card_id, state, visit_id } = card;
    if (state === 'lost') throw new DomainError('card.lost', { card_id });
    if (state === 'assigned') throw new DomainError('card.not_available', { card_id, state, visit_id });
    if (state === 'retired') return { card_id };
    await query(unit, `UPDATE cards SET state = 'retired' WHERE id = $1`, [card_id]);
    await appendAudit(unit, {
      action: 'card.retired',
      ...by(actor),
      card_id,
      reason: input.reason,
      details: { approved_by: approved.operator_id },
    });
    await appendEvent(unit, deps, { type: 'card.changed', details: { card_id, state: 'retired' } });
    return { card_id };
  });
  return cardLookup(deps.sequelize, uid);
}
