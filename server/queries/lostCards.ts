import type { LostCardRow } from '#domain/protocol/cards';
import type { Sequelize } from 'sequelize';
import type { Unit } from '../db/inTransaction.ts';
import { query } from '../db/query.ts';

type Row = Omit<LostCardRow, 'reported_at' | 'found_at'> & { reported_at: Date; found_at: Date | null };
const MOST = 200;

/** Every report of a lost card: those still lost first, the newest at the top. */
export async function lostCards(where: Unit | Sequelize): Promise<LostCardRow[]> {
  const rows = await query<Row>(
    where,
    `SELECT l.id AS lost_id, c.uid AS card_uid, l.visit_id, v.guest_id, g.name AS guest_name, l.reason, l.reported_at,
       r.name AS reported_by, l.found_at, f.name AS found_by
     FROM lost_cards l JOIN cards c ON c.id = l.card_id LEFT JOIN visits v ON v.id = l.visit_id
     LEFT JOIN guests g ON g.id = v.guest_id LEFT JOIN operators r ON r.id = l.reported_by
     LEFT JOIN operators f ON f.id = l.found_by
     ORDER BY l.found_at IS NOT NULL, coalesce(l.found_at, l.reported_at) DESC, l.id DESC LIMIT ${MOST}`,
    [],
  );
  return rows.map((row) => ({
    ...row,
    reported_at: row.reported_at.toISOString(),
    found_at: row.found_at?.toISOString() ?? null,
  }));
}
