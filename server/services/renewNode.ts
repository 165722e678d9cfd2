import { DomainError } from '#domain/errors';
import type { RenewAnswer, RenewInput } from '#domain/protocol/node';
import { inTransaction } from '#server/db/inTransaction';
import { query } from '#server/db/query';
import { appendEvent } from '#server/events/append';
import type { Authority } from '#server/security/authority';
import { appendAudit } from './support/appendAudit.ts';
import type { Deps } from './support/deps.ts';
import { certificateEnd } from './support/takeNodeIn.ts';

/**
 * A certificate for the key that the node will have next. The present key stays good until the next one is first used: an
 * answer may get lost, a node may lose power before it has written it down. Lock: node. @throws DomainError enrolment.bad_request
 */
export async function renewNode(
  deps: Deps,
  authority: Pick<Authority, 'signNode'>,
  { node_id, input }: { node_id: number; input: RenewInput },
): Promise<RenewAnswer> {
  const signed = await authority.signNode(input.csr).catch(() => undefined);
  if (!signed) throw new DomainError('enrolment.bad_request', { problem: 'csr' });
  const { certificate, spki_sha256 } = signed;
  const given = await inTransaction(deps.sequelize, async (unit) => {
    // The whole row: what is written is a key of it, for which PostgreSQL would ask more of a lesser lock later.
    await query(unit, 'SELECT 1 FROM nodes WHERE id = $1 FOR UPDATE', [node_id]);
    const rows = await query(
      unit,
      `UPDATE nodes SET next_spki_sha256 = $2 WHERE id = $1
         AND NOT EXISTS (SELECT 1 FROM nodes o WHERE o.spki_sha256 = $2 OR (o.next_spki_sha256 = $2 AND o.id <> $1)) RETURNING id`,
      [node_id, spki_sha256],
    );
    if (rows.length > 0) await appendAudit(unit, { action: 'node.renewal_given', node_id });
    return rows.length > 0;
  });
  if (!given) throw new DomainError('enrolment.bad_request', { problem: 'key_used_before' });
  return { certificate };
}

/** The next key has spoken: it is the node's key now, for as long as a new one, and the old one opens nothing. Again is no change. */
export async function takeUpNextKey(deps: Deps, spki_sha256: string): Promise<void> {
  await inTransaction(deps.sequelize, async (unit) => {
    const [node] = await query<{ id: number }>(
      unit,
      `UPDATE nodes SET spki_sha256 = next_spki_sha256, next_spki_sha256 = NULL, certificate_expires_at = $2
       WHERE next_spki_sha256 = $1 RETURNING id`,
      [spki_sha256, certificateEnd(deps.clock.now())],
    );
    if (!node) return;
    await appendAudit(unit, { action: 'node.renewed', node_id: node.id });
    await appendEvent(unit, deps, { type: 'tap.changed', details: { what: 'node' } });
  });
}
