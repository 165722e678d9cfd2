import type { Sequelize } from 'sequelize';
import type { VisitRow } from '#domain/protocol/till';
import type { Unit } from '../db/inTransaction.ts';
import { query } from '../db/query.ts';
import { presentVisitRow } from '../presenters/visitRow.ts';
import type { VisitRowRead } from '../presenters/visitRow.ts';

/** One row of the list on the left, without a query per visit. */
export const VISIT_ROW_COLUMNS = `
  v.id AS visit_id, v.guest_id, gu.name AS guest_name, gu.house_purpose, acc.balance_minor, c.uid AS card_uid, v.opened_at, v.active_tap_id,
  lt.number AS lock_tap_number, v.lock_set_at, og.id AS lock_grant_id,
  (SELECT count(*) FROM pours p WHERE p.visit_id = v.id AND p.sync_status = 'pending_sync') AS pending_pours`;
export const VISIT_ROW_TABLES = `
  visits v JOIN guests gu ON gu.id = v.guest_id JOIN guest_accounts acc ON acc.guest_id = v.guest_id
  LEFT JOIN visit_cards vc ON vc.visit_id = v.id AND vc.ended_at IS NULL LEFT JOIN cards c ON c.id = vc.card_id
  LEFT JOIN taps lt ON lt.id = v.active_tap_id LEFT JOIN grants og ON og.visit_id = v.id AND og.state = 'open'`;

export async function activeVisitRows(where: Unit | Sequelize): Promise<VisitRow[]> {
  const rows = await query<VisitRowRead>(
    where,
    `SELECT ${VISIT_ROW_COLUMNS} FROM ${VISIT_ROW_TABLES} WHERE v.state = 'active' ORDER BY v.opened_at, v.id`,
  );
  return rows.map(presentVisitRow);
}

/** These visits, active ones first, the newest first; closed ones too. */
export async function visitRowsById(
  where: Unit | Sequelize,
  visit_ids: readonly number[],
): Promise<VisitRow[]> {
  if (visit_ids.length === 0) return [];
  // Of one visit by equality: for a list PostgreSQL expects ten and plans anew each time, which costs more than the row.
  const [only, ...more] = visit_ids;
  const [which, bind] = more.length === 0 ? ['= $1', only] : ['= ANY($1::bigint[])', [...visit_ids]];
  const rows = await query<VisitRowRead>(
    where,
    `SELECT ${VISIT_ROW_COLUMNS} FROM ${VISIT_ROW_TABLES} WHERE v.id ${which} ORDER BY v.state, v.opened_at DESC, v.id DESC`,
    [bind],
  );
  return rows.map(presentVisitRow);
}
