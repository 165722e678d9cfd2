import { DomainError } from '#domain/errors';
import type { FlowInput } from '#domain/protocol/node';
import { CLOSED_VALVE_MS, isClosedValveIncident } from '#domain/tap/closedValve';
import type { ClosedFlow } from '#domain/tap/closedValve';
import { inTransaction } from '../db/inTransaction.ts';
import type { Unit } from '../db/inTransaction.ts';
import { query } from '../db/query.ts';
import { appendEvent } from '../events/append.ts';
import { appendAudit } from './support/appendAudit.ts';
import type { Deps } from './support/deps.ts';
import { lookAtKeg } from './support/emptyKeg.ts';
import { lockAttempt } from './support/locks.ts';
import { moveKeg } from './support/moveKeg.ts';
import { openReview } from './support/review.ts';
import { readSettings } from './support/settings.ts';
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
  const session = input.kind === 'cleaning' ? await cleaningAt(unit, input.tap_id, at) : null;
  // What goes round in a circle comes from no keg.
  const keg_id = session?.circulated ? null : tap.keg_id;
  const [flow] = await query<{ id: number }>(
    unit,
    `INSERT INTO flow_losses (node_id, tap_id, keg_id, kind, flow_id, ml, pulses, occurred_at, received_at, cleaning_session_id)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (flow_id) DO NOTHING RETURNING id`,
    [
      node_id,
      input.tap_id,
      keg_id,
      input.kind,
      input.flow_id,
      input.ml,
      input.pulses,
      at.toISOString(),
      received_at.toISOString(),
      session?.session_id ?? null,
    ],
  );
  if (!flow) return 'known';
  await takeFromKeg(unit, deps, { ...asked, keg_id });
  await lookForIncident(unit, deps, { ...asked, flow_id: flow.id, at });
  await appendEvent(unit, deps, {
    type: 'tap.changed',
    tap_id: input.tap_id,
    details: { what: 'flow', kind: input.kind },
  });
  return 'recorded';
}

/** A report may come this long after the end of the session that it belongs to. */
const CLEANING_TAIL_MS = 60_000;

async function cleaningAt(
  unit: Unit,
  tap_id: number,
  at: Date,
): Promise<{ session_id: number; circulated: boolean } | null> {
  const [session] = await query<{ session_id: number; circulated: boolean }>(
    unit,
    `SELECT id AS session_id, circulated FROM cleaning_sessions
     WHERE tap_id = $1 AND started_at <= $2 AND coalesce(ended_at, $2) >= $2::timestamptz - $3 * interval '1 millisecond'
     ORDER BY started_at DESC, id DESC LIMIT 1`,
    [tap_id, at.toISOString(), CLEANING_TAIL_MS],
  );
  return session ?? null;
}

async function takeFromKeg(
  unit: Unit,
  deps: Deps,
  { input, node_id, keg_id }: Asked & { keg_id: number | null },
): Promise<void> {
  if (keg_id === null) return;
  const { tap_id, ml, kind } = input;
  await moveKeg(unit, { keg_id, kind: 'flow_loss', out_ml: ml, tap_id, reason: kind });
  const { keg_allowance_percent: allowance_percent } = (await readSettings(unit)).pour;
  await lookAtKeg(unit, deps, { keg_id, tap_id, node_id, kick: kind === 'kick', allowance_percent });
}

/** Shown once: while nobody has looked at it, more of the same adds nothing. */
async function lookForIncident(
  unit: Unit,
  deps: Deps,
  { input, node_id, flow_id, at }: Asked & { flow_id: number; at: Date },
): Promise<void> {
  const { tap_id, kind, ml } = input;
  const earlier = await query<ClosedFlow>(
    unit,
    `SELECT kind, ml, occurred_at AS at FROM flow_losses
     WHERE tap_id = $1 AND id <> $2 AND occurred_at > $3::timestamptz - $4 * interval '1 millisecond'`,
    [tap_id, flow_id, at.toISOString(), CLOSED_VALVE_MS],
  );
  if (!isClosedValveIncident({ kind, ml, at }, earlier)) return;
  const [shown] = await query(
    unit,
    `SELECT 1 FROM review_items WHERE state = 'open' AND kind = 'closed_valve_flow' AND tap_id = $1`,
    [tap_id],
  );
  await appendAudit(unit, { action: 'tap.flowed_closed', node_id, tap_id, details: { flow_id, kind, ml } });
  if (shown) return;
  await openReview(unit, deps, { kind: 'closed_valve_flow', tap_id, facts: { flow_id, kind, ml } });
}
