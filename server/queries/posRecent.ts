import type { Sequelize } from 'sequelize';
import type { PosRecentAnswer, PosRecentInput, PosRow } from '#domain/protocol/pos';
import { query, queryOne } from '../db/query.ts';

type Row = Omit<PosRow, 'created_at' | 'delivered_at' | 'next_attempt_at'> & {
  created_at: Date;
  delivered_at: Date | null;
  next_attempt_at: Date;
};

/** The outbox as the screen shows it, newest first, with how many wait in all. */
export async function posRecent(sequelize: Sequelize, ask: PosRecentInput): Promise<PosRecentAnswer> {
  const { waiting } = await queryOne<{ waiting: number }>(
    sequelize,
    'SELECT count(*) AS waiting FROM pos_outbox WHERE delivered_at IS NULL',
  );
  const rows = await query<Row>(
    sequelize,
    `SELECT id, kind, idempotency_key AS key, payload, created_at, delivered_at, attempts, last_error, next_attempt_at
     FROM pos_outbox WHERE ($1::text IS NULL OR kind = $1) AND (NOT $2 OR delivered_at IS NULL) AND ($3::bigint IS NULL OR id < $3)
     ORDER BY id DESC LIMIT $4`,
    [ask.kind, ask.waiting_only, ask.before_id, ask.limit],
  );
  return {
    waiting,
    rows: rows.map((row) => ({
      ...row,
      created_at: row.created_at.toISOString(),
      delivered_at: row.delivered_at?.toISOString() ?? null,
      next_attempt_at: row.delivered_at === null ? row.next_attempt_at.toISOString() : null,
    })),
  };
}
