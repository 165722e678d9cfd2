import type { Sequelize } from 'sequelize';
import type { CleaningWire } from '#domain/protocol/taps';
import type { Unit } from '../db/inTransaction.ts';
import { query, queryOne } from '../db/query.ts';

type Row = Omit<CleaningWire, 'started_at' | 'ended_at'> & { started_at: Date; ended_at: Date | null };

const CLEANINGS = `
  SELECT c.id AS session_id, c.tap_id, t.number AS tap_number, c.reason, c.circulated, c.cleaned_by, c.started_at, c.started_by, c.ended_at,
    coalesce((SELECT sum(f.ml) FROM flow_losses f WHERE f.cleaning_session_id = c.id), 0)::bigint AS flowed_ml
  FROM cleaning_sessions c JOIN taps t ON t.id = c.tap_id`;

const present = (row: Row): CleaningWire => ({
  ...row,
  started_at: row.started_at.toISOString(),
  ended_at: row.ended_at?.toISOString() ?? null,
});

export async function cleaningById(where: Unit | Sequelize, session_id: number): Promise<CleaningWire> {
  return present(await queryOne<Row>(where, `${CLEANINGS} WHERE c.id = $1`, [session_id]));
}

const SHOWN = 50;

/** The latest first. */
export async function cleaningsOf(sequelize: Sequelize, tap_id: number): Promise<CleaningWire[]> {
  const rows = await query<Row>(
    sequelize,
    `${CLEANINGS} WHERE c.tap_id = $1 ORDER BY c.started_at DESC, c.id DESC LIMIT ${SHOWN}`,
    [tap_id],
  );
  return rows.map(present);
}
