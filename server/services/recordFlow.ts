import { DomainError } from '#domain/errors';
import type { FlowInput } from '#domain/protocol/node';
import { inTransaction } from '../db/inTransaction.ts';
import type { Unit } from '../db/inTransaction.ts';
import { query, queryOne } from '../db/query.ts';
import { appendEvent } from '../events/append.ts';
import { appendAudit } from './support/appendAudit.ts';
import type { Deps } from './support/deps.ts';
import { lockAttempt } from './support/locks.ts';
import { markKegEmpty, moveKeg } from './support/moveKeg.ts';
import { pouredAt } from './support/storeReport.ts';

type Asked = { node_id: number; input: FlowInput; received_at: Date };

/**
 * Flow that belongs to no guest: cleaning, leak, kick, after the close. It leaves the keg once and costs nobody anything; again
 * is no change. @throws DomainError node.not_allowed for a tap that is not this node's
 * Locks: flow id → tap → keg.
 */
export async function recordFlow(
  deps: Deps,
  node: { node_id: number },
  input: FlowInput,
): Promise<{ recorded: boolean }> {
  const asked = { ...node, input, received_at: deps.clock.now() };
  const outcome = await inTransaction(deps.sequelize, (unit) => recordOnce(unit, deps, asked));
  if (outcome === 'not_allowed') throw new DomainError('node.not_allowed', { tap_id: input.tap_id });
  return { recorded: outcome === 'recorded' };
}

async function recordOnce(
  unit: Unit,
  deps: Deps,
  asked: Asked,
): Promise<'recorded' | 'known' | 'not_allowed'> {
  const { node_id, input, received_at } = asked;
  await lockAttempt(unit, input.flow_id);
  const [tap] = await query<{ keg_id: number | null }>(
    unit,
    'SELECT keg_id FROM taps WHERE id = $1 AND node_id = $2 FOR NO KEY UPDATE',
    [input.tap_id, node_id],
  );
  if (!tap) {
    await appendAudit(unit, {
      action: 'security.flow_refused',
      node_id,
      details: { named_tap_id: input.tap_id },
    });
    return 'not_allowed';
  }
  const age_ms = Math.min(input.age_ms ?? 0, Number.MAX_SAFE_INTEGER);
  const { at } = pouredAt(received_at, { age_ms, duration_ms: 0 }, null);
  const [flow] = await query<{ id: number }>(
    unit,
    `INSERT INTO flow_losses (node_id, tap_id, keg_id, kind, flow_id, ml, pulses, occurred_at, received_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (flow_id) DO NOTHING RETURNING id`,
    [
      node_id,
      input.tap_id,
      tap.keg_id,
      input.kind,
      input.flow_id,
      input.ml,
      input.pulses,
      at.toISOString(),
      received_at.toISOString(),
    ],
  );
  if (!flow) return 'known';
  await takeFromKeg(unit, asked, tap.keg_id);
  await appendEvent(unit, deps, {
    type: 'tap.changed',
    tap_id: input.tap_id,
    details: { what: 'flow', kind: input.kind },
  });
  return 'recorded';
}

async function takeFromKeg(unit: Unit, { input, node_id }: Asked, keg_id: number | null): Promise<void> {
  if (keg_id === null) return;
  const { tap_id, ml } = input;
  await moveKeg(unit, { keg_id, kind: 'flow_loss', out_ml: ml, tap_id, reason: input.kind });
  if (input.kind !== 'kick' || !(await markKegEmpty(unit, keg_id))) return;
  const { remaining_ml } = await queryOne<{ remaining_ml: number }>(
    unit,
    'SELECT remaining_ml FROM kegs WHERE id = $1',
    [keg_id],
  );
  await appendAudit(unit, {
    action: 'keg.emptied',
    node_id,
    tap_id,
    details: { keg_id, why: 'kick', remaining_ml },
  });
}
