import { canonicalUid } from '#domain/card/uid';
import type { CardUid } from '#domain/card/uid';
import type { CardState } from '#domain/card/states';
import { DomainError } from '#domain/errors';
import type { CardEndReason } from '#domain/visit/cardEnds';
import type { Unit } from '../../db/inTransaction.ts';
import { query, queryOne } from '../../db/query.ts';

const PROBLEMS = {
  not_a_uid: 'card.not_a_uid',
  random_uid: 'card.random_uid',
  blank_uid: 'card.blank_uid',
} as const;

/** The canonical UID of what a reader or a person gave. @throws DomainError `card.not_a_uid` and its like */
export function readUid(input: string): CardUid {
  const reading = canonicalUid(input);
  if (!reading.ok) throw new DomainError(PROBLEMS[reading.problem]);
  return reading.uid;
}

export type LockedCard = { card_id: number; state: CardState; joined_now: boolean };

/** Locks the card's row; a card that the till has never seen joins the pool by being laid down. */
export async function lockOrAddCard(unit: Unit, uid: CardUid): Promise<LockedCard> {
  const made = await query(
    unit,
    `INSERT INTO cards (uid, state) VALUES ($1, 'available') ON CONFLICT (uid) DO NOTHING RETURNING id`,
    [uid],
  );
  const card = await queryOne<{ card_id: number; state: CardState }>(
    unit,
    'SELECT id AS card_id, state FROM cards WHERE uid = $1 FOR NO KEY UPDATE',
    [uid],
  );
  return { ...card, joined_now: made.length > 0 };
}

/**
 * Gives a card to a visit: a free one, a missing one (it was just laid down, so it is back), or one new to the pool.
 * The caller holds the visit. @throws DomainError `card.lost`, `card.not_available`, `visit.has_card`
 */
export async function bindCard(
  unit: Unit,
  bind: { visit_id: number; uid: CardUid; operator_id: number },
): Promise<LockedCard> {
  const card = await lockOrAddCard(unit, bind.uid);
  const { card_id, state } = card;
  if (state === 'lost') throw new DomainError('card.lost', { card_id });
  if (state === 'assigned' || state === 'retired') throw await notAvailable(unit, card);
  await keepForStaff(unit, bind.visit_id, card_id);
  const bound = await query(
    unit,
    `INSERT INTO visit_cards (visit_id, card_id, issued_by) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING id`,
    [bind.visit_id, card_id, bind.operator_id],
  );
  if (bound.length === 0) throw new DomainError('visit.has_card', { visit_id: bind.visit_id });
  await query(unit, `UPDATE cards SET state = 'assigned' WHERE id = $1`, [card_id]);
  return card;
}

/** A card of the staff goes with visits of the house only. @throws DomainError `card.is_staff` */
async function keepForStaff(unit: Unit, visit_id: number, card_id: number): Promise<void> {
  const [guests] = await query(
    unit,
    `SELECT 1 FROM operators o, visits v JOIN guests g ON g.id = v.guest_id
     WHERE o.card_id = $2 AND o.active AND v.id = $1 AND g.house_purpose IS NULL`,
    [visit_id, card_id],
  );
  if (guests) throw new DomainError('card.is_staff', { card_id });
}

async function notAvailable(unit: Unit, { card_id, state }: LockedCard): Promise<DomainError> {
  const [holder] = await query<{ visit_id: number }>(
    unit,
    'SELECT visit_id FROM visit_cards WHERE card_id = $1 AND ended_at IS NULL',
    [card_id],
  );
  return new DomainError('card.not_available', { card_id, state, visit_id: holder?.visit_id ?? null });
}

/** Takes the visit's card away, if it has one: the card's next state goes with the reason. Returns the card's id. */
export async function endVisitCard(
  unit: Unit,
  end: { visit_id: number; end_reason: CardEndReason; card_state: CardState },
): Promise<number | null> {
  const [ended] = await query<{ card_id: number }>(
    unit,
    `UPDATE visit_cards SET ended_at = now(), end_reason = $2 WHERE visit_id = $1 AND ended_at IS NULL RETURNING card_id`,
    [end.visit_id, end.end_reason],
  );
  if (!ended) return null;
  await query(unit, 'UPDATE cards SET state = $2 WHERE id = $1', [ended.card_id, end.card_state]);
  return ended.card_id;
}
