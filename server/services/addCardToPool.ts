import type { CardLookup } from '#domain/protocol/till';
import { inTransaction } from '../db/inTransaction.ts';
import { query } from '../db/query.ts';
import { appendEvent } from '../events/append.ts';
import { cardLookup } from '../queries/cardLookup.ts';
import { appendAudit } from './support/appendAudit.ts';
import { by } from './support/command.ts';
import type { Actor, Deps } from './support/deps.ts';
import { lockOrAddCard, readUid } from './support/visitCards.ts';

/**
 * A card laid down at the till joins the pool; one that was missing is back. Any other card stays what it is, so the same
 * scan twice is one action. Locks: card.
 */
export async function addCardToPool(deps: Deps, actor: Actor, input: { uid: string }): Promise<CardLookup> {
  const uid = readUid(input.uid);
  return inTransaction(deps.sequelize, async (unit) => {
    const card = await lockOrAddCard(unit, uid);
    if (card.joined_now || card.state === 'missing') {
      await query(unit, `UPDATE cards SET state = 'available' WHERE id = $1`, [card.card_id]);
      const action = card.joined_now ? 'card.joined' : 'card.came_back';
      await appendAudit(unit, { action, ...by(actor), card_id: card.card_id });
      await appendEvent(unit, deps, { type: 'card.changed', details: { card_id: card.card_id } });
    }
    return cardLookup(unit, uid);
  });
}
