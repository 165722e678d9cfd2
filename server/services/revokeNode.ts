import { DomainError } from '#domain/errors';
import type { RevokeNodeInput } from '#domain/protocol/equipment';
import { inTransaction } from '#server/db/inTransaction';
import { query } from '#server/db/query';
import { appendEvent } from '#server/events/append';
import { appendAudit } from './support/appendAudit.ts';
import { by } from './support/command.ts';
import type { Actor, Deps } from './support/deps.ts';

/**
 * The node's key opens nothing any more; who holds its connections cuts them on the event. Its unsettled grants go by lease to
 * manual entry. Again is no change. Lock: node. @throws DomainError node.not_found
 */
export async function revokeNode(
  deps: Deps,
  actor: Actor,
  { node_id, reason }: RevokeNodeInput,
): Promise<void> {
  await inTransaction(deps.sequelize, async (unit) => {
    const [node] = await query<{ state: string }>(
      unit,
      'SELECT state FROM nodes WHERE id = $1 FOR NO KEY UPDATE',
      [node_id],
    );
    if (!node) throw new DomainError('node.not_found', { node_id });
    if (node.state === 'revoked') return;
    await query(unit, `UPDATE nodes SET state = 'revoked', revoked_at = $2, revoked_by = $3 WHERE id = $1`, [
      node_id,
      deps.clock.now(),
      actor.operator_id,
    ]);
    await appendAudit(unit, { action: 'node.revoked', ...by(actor), node_id, reason });
    await appendEvent(unit, deps, { type: 'tap.changed', details: { what: 'node_revoked', node_id } });
  });
}
