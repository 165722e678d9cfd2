import type { Sequelize } from 'sequelize';
import type { CardUid } from '#domain/card/uid';
import type { CardLookup } from '#domain/protocol/till';
import type { Unit } from '../db/inTransaction.ts';
import { query } from '../db/query.ts';

/** What a card on the reader is, and whose visit it opens. */
export async function cardLookup(where: Unit | Sequelize, uid: CardUid): Promise<CardLookup> {
  const [card] = await query<CardLookup>(
    where,
    `SELECT c.uid, c.state, vc.visit_id FROM cards c
     LEFT JOIN visit_cards vc ON vc.card_id = c.id AND vc.ended_at IS NULL WHERE c.uid = $1`,
    [uid],
  );
  return card ?? { uid, state: 'unknown', visit_id: null };
}
