import type { Unit } from '../../db/inTransaction.ts';
import { query } from '../../db/query.ts';
import { appendEvent } from '../../events/append.ts';
import { tapsAreFree } from '../createEnrolment.ts';
import { appendAudit } from './appendAudit.ts';
import type { Deps } from './deps.ts';

/** The certificate itself never ends: a node's clock may be anywhere. The server refuses it after this. */
const CERTIFICATE_YEARS = 5;

export function certificateEnd(from: Date): Date {
  const end = new Date(from);
  end.setUTCFullYear(end.getUTCFullYear() + CERTIFICATE_YEARS);
  return end;
}

export type NewNode = {
  readonly name: string;
  readonly spki_sha256: string;
  readonly tap_ids: readonly number[];
  readonly operator_id: number | null;
  readonly how: 'node.enrolled' | 'node.paired';
};

/**
 * The key becomes a node and the taps get it. undefined: this key belonged to a node before; a node that was revoked makes a
 * new one. Lock: taps. @throws DomainError tap.not_found, tap.has_node
 */
export async function takeNodeIn(unit: Unit, deps: Deps, node: NewNode): Promise<number | undefined> {
  const tap_ids = [...new Set(node.tap_ids)];
  await tapsAreFree(unit, tap_ids, 'NO KEY UPDATE');
  const [row] = await query<{ id: number }>(
    unit,
    `INSERT INTO nodes (name, spki_sha256, certificate_expires_at)
     SELECT $1, $2, $3 WHERE NOT EXISTS (SELECT 1 FROM nodes WHERE next_spki_sha256 = $2)
     ON CONFLICT (spki_sha256) DO NOTHING RETURNING id`,
    [node.name, node.spki_sha256, certificateEnd(deps.clock.now())],
  );
  if (!row) return undefined;
  await query(unit, 'UPDATE taps SET node_id = $2 WHERE id = ANY($1::bigint[])', [tap_ids, row.id]);
  const { operator_id } = node;
  await appendAudit(unit, { action: node.how, operator_id, node_id: row.id, details: { tap_ids } });
  for (const tap_id of tap_ids)
    await appendEvent(unit, deps, { type: 'tap.changed', tap_id, details: { what: 'node' } });
  return row.id;
}
