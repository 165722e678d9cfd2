import type { PosKind } from '#domain/pos/kinds';
import type { Unit } from '../../db/inTransaction.ts';
import { query } from '../../db/query.ts';

/** What the cash register's adapter reads after the commit: at least once, by this key; nothing waits for it. Ids, no names. */
export async function notifyPos(
  unit: Unit,
  notice: { kind: PosKind; id: string | number; payload: Readonly<Record<string, unknown>> },
): Promise<void> {
  await query(
    unit,
    `INSERT INTO pos_outbox (kind, idempotency_key, payload) VALUES ($1, $2, $3::jsonb)
     ON CONFLICT (idempotency_key) DO NOTHING`,
    [notice.kind, `${notice.kind}:${notice.id}`, JSON.stringify(notice.payload)],
  );
}
