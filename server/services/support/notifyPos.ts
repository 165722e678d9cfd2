import type { PosKind } from '#domain/pos/kinds';
import type { Unit } from '../../db/inTransaction.ts';
import { send } from '../../db/query.ts';

export type Notice = {
  kind: PosKind;
  id: string | number;
  payload: Readonly<Record<string, unknown>>;
  /** the notice that this one takes back */
  reverses?: { kind: PosKind; id: string | number };
};

/**
 * What the cash register's adapter reads after the commit: at least once, by this key; nothing waits for it. Ids, no names.
 * Currency and tax are those of the moment, whatever is set when it is delivered.
 */
export async function notifyPos(unit: Unit, notice: Notice): Promise<void> {
  const { kind, id, payload, reverses } = notice;
  await send(
    unit,
    `INSERT INTO pos_outbox (kind, idempotency_key, payload)
     SELECT $1, $2, jsonb_build_object(
       'currency', (SELECT value->>'currency' FROM settings WHERE key = 'bar'),
       'vat_permille', coalesce((SELECT (value->>'vat_permille')::int FROM settings WHERE key = 'till'), 0),
       'reverses', $4::text) || $3::jsonb
     ON CONFLICT (idempotency_key) DO NOTHING`,
    [kind, `${kind}:${id}`, JSON.stringify(payload), reverses ? `${reverses.kind}:${reverses.id}` : null],
  );
}
