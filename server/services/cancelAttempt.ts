import { decideCancel } from '#domain/grant/decideResent';
import type { CancelAnswer, CancelInput } from '#domain/protocol/node';
import { inTransaction } from '../db/inTransaction.ts';
import type { Unit } from '../db/inTransaction.ts';
import { query } from '../db/query.ts';
import { findAttempt } from './support/answerAgain.ts';
import { appendAudit } from './support/appendAudit.ts';
import type { Deps } from './support/deps.ts';
import { findGrantOfAttempt, lockGrantAndOwner } from './support/grantRow.ts';
import { lockAttempt } from './support/locks.ts';
import { releaseGrant } from './support/releaseGrant.ts';

type Asked = { node_id: number; input: CancelInput; why: 'cancelled' | 'disowned' };

/**
 * An attempt that will never open a valve: its grant is released, or the attempt is burnt so that a late authorise gets no
 * grant (rule 3). Again is no change. Locks: attempt → guest account → visit → tap → grant.
 */
export async function cancelAttempt(
  deps: Deps,
  node: { node_id: number },
  input: CancelInput,
  why: Asked['why'] = 'cancelled',
): Promise<CancelAnswer> {
  return inTransaction(deps.sequelize, async (unit) => {
    await lockAttempt(unit, input.client_tx_id);
    return { outcome: await cancelOnce(unit, deps, { ...node, input, why }) };
  });
}

async function cancelOnce(unit: Unit, deps: Deps, asked: Asked): Promise<CancelAnswer['outcome']> {
  const { node_id, input } = asked;
  const attempt = await findAttempt(unit, input.client_tx_id);
  if (attempt && attempt.node_id !== node_id) return refuseForeign(unit, asked);
  const found = await findGrantOfAttempt(unit, input.client_tx_id);
  const grant = found && (await lockGrantAndOwner(unit, found)).grant;
  const decision = decideCancel(attempt && { outcome: attempt.outcome, grant });
  if (decision.effect === 'none') return decision.outcome;
  if (decision.effect === 'burn') return burn(unit, asked);
  if (grant) await releaseGrant(unit, deps, { grant, why: asked.why });
  return 'released';
}

async function burn(unit: Unit, asked: Asked): Promise<CancelAnswer['outcome']> {
  const { node_id, input } = asked;
  const burnt = await query(
    unit,
    `INSERT INTO attempts (client_tx_id, node_id, tap_id, boot_id, outcome)
     SELECT $1, $2, id, $4, 'burnt' FROM taps WHERE id = $3 AND node_id = $2 RETURNING client_tx_id`,
    [input.client_tx_id, node_id, input.tap_id, input.boot_id],
  );
  return burnt.length > 0 ? 'burnt' : refuseForeign(unit, asked);
}

/** Another node's attempt, or a tap that this node does not speak for. */
async function refuseForeign(unit: Unit, { node_id, input }: Asked): Promise<CancelAnswer['outcome']> {
  const details = { client_tx_id: input.client_tx_id, named_tap_id: input.tap_id };
  await appendAudit(unit, { action: 'security.cancel_refused', node_id, details });
  return 'no_change';
}
