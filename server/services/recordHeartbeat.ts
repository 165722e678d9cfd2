import type { HeartbeatAnswer, HeartbeatInput } from '#domain/protocol/node';
import { inTransaction } from '../db/inTransaction.ts';
import type { Unit } from '../db/inTransaction.ts';
import { query, queryOne } from '../db/query.ts';
import { appendEvent } from '../events/append.ts';
import { appendAudit } from './support/appendAudit.ts';
import type { Deps } from './support/deps.ts';
import { lookForGaps } from './support/journalGaps.ts';
import { configVersion, nodeConfig } from './support/nodeConfig.ts';
import { unsettledOfNode } from './support/unsettledOfNode.ts';

/**
 * A node is alive: how long its queue is and how far its meters have run. The answer repeats every order that must reach it
 * (emergency stop, stops of grants), so that a lost push costs two seconds. Locks: node.
 */
export async function recordHeartbeat(
  deps: Deps,
  node: { node_id: number },
  input: HeartbeatInput,
): Promise<HeartbeatAnswer> {
  const { node_id } = node;
  return inTransaction(deps.sequelize, async (unit) => {
    const { certificate_expires_at } = await queryOne<{ certificate_expires_at: Date }>(
      unit,
      'UPDATE nodes SET last_seen_at = now(), queue_depth = $2 WHERE id = $1 RETURNING certificate_expires_at',
      [node_id, input.queue_depth],
    );
    await noteMeters(unit, { node_id, taps: input.taps });
    await noteFlow(unit, deps, { node_id, taps: input.taps });
    await lookForGaps(unit, deps, { node_id, input });
    await noteStops(unit, deps, { node_id, grant_ids: input.stops_acknowledged });
    const config = await nodeConfig(unit, node_id, deps.clock.now());
    const unsettled = await unsettledOfNode(unit, deps, node_id);
    return {
      emergency_stop: config.emergency_stop,
      stop_grants: unsettled.filter((grant) => grant.stopped).map((grant) => grant.grant_id),
      config_version: configVersion(config),
      ...(endsSoon(certificate_expires_at, deps.clock.now()) && { renew_certificate: true }),
    };
  });
}

const RENEW_BEFORE_MS = 180 * 86_400_000;

function endsSoon(end: Date, now: Date): boolean {
  return end.getTime() - now.getTime() < RENEW_BEFORE_MS;
}

/** Of the journal that the node named in its last hello, and of its own taps only. */
async function noteMeters(
  unit: Unit,
  heard: { node_id: number; taps: HeartbeatInput['taps'] },
): Promise<void> {
  await query(
    unit,
    `UPDATE node_marks m SET meter_total_ml = greatest(m.meter_total_ml, heard.total), updated_at = now()
     FROM unnest($2::bigint[], $3::bigint[]) AS heard (tap_id, total), nodes n, taps t
     WHERE n.id = $1 AND t.id = heard.tap_id AND t.node_id = n.id
       AND m.node_id = n.id AND m.journal_id = n.journal_id AND m.tap_id = t.id AND m.meter_total_ml < heard.total`,
    [heard.node_id, heard.taps.map((tap) => tap.tap_id), heard.taps.map((tap) => tap.meter_total_ml)],
  );
}

/** The till hears of a change once, however often it is told. */
async function noteFlow(
  unit: Unit,
  deps: Deps,
  heard: { node_id: number; taps: HeartbeatInput['taps'] },
): Promise<void> {
  const told = heard.taps.filter((tap) => tap.flow_trouble !== undefined);
  if (told.length === 0) return;
  const changed = await query<{ tap_id: number; trouble: string | null }>(
    unit,
    `UPDATE taps t SET flow_trouble = heard.trouble FROM unnest($2::bigint[], $3::text[]) AS heard (tap_id, trouble)
     WHERE t.id = heard.tap_id AND t.node_id = $1 AND t.flow_trouble IS DISTINCT FROM heard.trouble
     RETURNING t.id AS tap_id, t.flow_trouble AS trouble`,
    [heard.node_id, told.map((tap) => tap.tap_id), told.map((tap) => tap.flow_trouble ?? null)],
  );
  for (const { tap_id, trouble } of changed) {
    await appendAudit(unit, {
      action: 'tap.flow_watched',
      node_id: heard.node_id,
      tap_id,
      details: { trouble },
    });
    await appendEvent(unit, deps, {
      type: 'tap.changed',
      tap_id,
      details: { what: 'flow_trouble', trouble },
    });
  }
}

/** «Lost, not yet confirmed by tap n» ends here. Once for each grant. */
async function noteStops(
  unit: Unit,
  deps: Deps,
  acked: { node_id: number; grant_ids: readonly string[] },
): Promise<void> {
  if (acked.grant_ids.length === 0) return;
  const news = await query<{ grant_id: string; tap_id: number; visit_id: number; guest_id: number }>(
    unit,
    `SELECT g.id AS grant_id, g.tap_id, g.visit_id, g.guest_id FROM grants g WHERE g.id = ANY ($2::uuid[]) AND g.node_id = $1
       AND NOT EXISTS (SELECT 1 FROM audit_events a WHERE a.action = 'grant.stop_acknowledged' AND a.grant_id = g.id AND a.at > g.created_at - interval '1 day')`,
    [acked.node_id, acked.grant_ids],
  );
  for (const grant of news) {
    await appendAudit(unit, { action: 'grant.stop_acknowledged', node_id: acked.node_id, ...grant });
    const { visit_id, tap_id, grant_id } = grant;
    await appendEvent(unit, deps, {
      type: 'visit.changed',
      visit_id,
      tap_id,
      details: { grant_id, stop: 'acknowledged' },
    });
  }
}
