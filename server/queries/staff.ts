import type { Sequelize } from 'sequelize';
import type { StaffRow } from '#domain/protocol/staff';
import type { Unit } from '../db/inTransaction.ts';
import { query } from '../db/query.ts';

type Row = Omit<StaffRow, 'created_at'> & { created_at: Date };
const COLUMNS = `id, name, role, active, locked_at IS NOT NULL AS locked, created_at,
  (SELECT c.uid FROM cards c WHERE c.id = card_id) AS card_uid`;

const shown = (row: Row): StaffRow => ({ ...row, created_at: row.created_at.toISOString() });

/** Everybody who ever worked here, those who do first. */
export async function staffList(sequelize: Sequelize): Promise<StaffRow[]> {
  const rows = await query<Row>(
    sequelize,
    `SELECT ${COLUMNS} FROM operators ORDER BY active DESC, lower(name), id`,
  );
  return rows.map(shown);
}

export async function staffRowOf(
  where: Unit | Sequelize,
  operator_id: number,
): Promise<StaffRow | undefined> {
  const [row] = await query<Row>(where, `SELECT ${COLUMNS} FROM operators WHERE id = $1`, [operator_id]);
  return row && shown(row);
}
