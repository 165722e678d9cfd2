import { decideHello } from '#domain/grant/decideHello';
import type { HelloDecision } from '#domain/grant/decideHello';
import { PROTOCOL_VERSION } from '#domain/protocol/node';
import type { HelloAnswer, HelloInput } from '#domain/protocol/node';
import { inTransaction } from '../db/inTransaction.ts';
import type { Unit } from '../db/inTransaction.ts';
import { query, queryOne } from '../db/query.ts';
import { cancelAttempt } from './cancelAttempt.ts';
import { appendAudit } from './support/appendAudit.ts';
import type { Deps } from './support/deps.ts';
import { nodeConfig } from './support/nodeConfig.ts';
import { openReview } from './support/review.ts';
import { readSettings } from './support/settings.ts';
import { unsettledOfNode } from './support/unsettledOfNode.ts';

type Asked = { node_id: number; input: HelloInput };
type Mark = { tap_id: number; seq_high: number; meter_total_ml: number };

/**
 * A node has started. What its journal proves never to have flowed is released; a new or older journal proves nothing
 * (rule 4). The answer says how far the till has read this journal and which grants wait for the node's word.
 * Locks: node, then one attempt after the other as cancelAttempt does.
 */
export async function helloNode(
  deps: Deps,
  node: { node_id: number },
  input: HelloInput,
): Promise<HelloAnswer> {
  const { node_id } = node;
  const decision = await inTransaction(deps.sequelize, (unit) => meet(unit, deps, { node_id, input }));
  if (decision.may_disown && !isOutdated(input)) await disown(deps, { node_id, input });
  const { incarnation } = await readSettings(deps.sequelize);
  const marks = await query<{ tap_id: number; seq_high: number }>(
    deps.sequelize,
    `SELECT tap_id, seq_high FROM node_marks WHERE node_id = $1 AND journal_id = $2 AND seq_high > 0 ORDER BY tap_id`,
    [node_id, input.journal_id],
  );
  const unsettled = await unsettledOfNode(deps.sequelize, deps, node_id);
  return {
    incarnation,
    node_id,
    config: await nodeConfig(deps.sequelize, node_id, deps.clock.now()),
    marks,
    unsettled: unsettled.map(({ grant_id, client_tx_id, tap_id, stopped }) => ({
      grant_id,
      client_tx_id,
      tap_id,
      stopped,
    })),
  };
}

/** An older node is told so at authorise; its queue is still drained. */
function isOutdated(input: HelloInput): boolean {
  return input.protocol_version < PROTOCOL_VERSION - 1;
}

async function meet(unit: Unit, deps: Deps, asked: Asked): Promise<HelloDecision> {
  const { node_id, input } = asked;
  const known = await queryOne<{ journal_id: string | null; boot_id: string | null }>(
    unit,
    'SELECT journal_id, boot_id FROM nodes WHERE id = $1 FOR NO KEY UPDATE',
    [node_id],
  );
  const marks = await query<Mark>(
    unit,
    'SELECT tap_id, seq_high, meter_total_ml FROM node_marks WHERE node_id = $1 AND journal_id = $2',
    [node_id, input.journal_id],
  );
  const decision = decideHello({
    known_journal_id: known.journal_id,
    journal_id: input.journal_id,
    same_boot: known.boot_id === input.boot_id,
    taps: input.taps.map((tap) => ({
      ...tap,
      known: marks.find((mark) => mark.tap_id === tap.tap_id) ?? null,
    })),
  });
  await query(
    unit,
    `UPDATE nodes SET protocol_version = $2, software = $3, boot_id = $4, journal_id = $5, last_seen_at = now() WHERE id = $1`,
    [node_id, input.protocol_version, input.software, input.boot_id, input.journal_id],
  );
  await noteMeters(unit, asked);
  await appendAudit(unit, { action: 'node.said_hello', node_id, details: { boot_id: input.boot_id } });
  await noteClock(unit, deps, asked);
  if (decision.review) {
    const facts = { node_id, journal_id: input.journal_id, known_journal_id: known.journal_id };
    await openReview(unit, deps, { kind: decision.review, facts });
    await loseProof(unit, node_id);
  }
  return decision;
}

const CLOCK_MAY_BE_OFF_MS = 5 * 60_000;

/** A clock in 1970 or a year ahead harms nothing: nothing is decided by it. Whoever reads its log must know. */
async function noteClock(unit: Unit, deps: Deps, { node_id, input }: Asked): Promise<void> {
  if (input.wall_ms === undefined) return;
  const off_ms = input.wall_ms - deps.clock.now().getTime();
  if (Math.abs(off_ms) < CLOCK_MAY_BE_OFF_MS) return;
  await appendAudit(unit, {
    action: 'node.clock_off',
    node_id,
    details: { off_seconds: Math.round(off_ms / 1000) },
  });
}

/**
 * The till's own mark moves only with what it has read; hello brings the meters. What a journal had behind it when the till
 * met it is not missing.
 */
async function noteMeters(unit: Unit, { node_id, input }: Asked): Promise<void> {
  const taps = [...new Map(input.taps.map((tap) => [tap.tap_id, tap])).values()];
  await query(
    unit,
    `INSERT INTO node_marks (node_id, journal_id, tap_id, seq_high, meter_total_ml, meter_base_ml, seq_said, seq_told)
     SELECT $1, $2, t.id, 0, m.total, CASE WHEN m.total = 0 THEN 0 END, m.seq, m.seq FROM unnest($3::bigint[], $4::bigint[], $5::integer[]) AS m (tap_id, total, seq)
     JOIN taps t ON t.id = m.tap_id AND t.node_id = $1
     ON CONFLICT (node_id, journal_id, tap_id) DO UPDATE SET meter_total_ml = greatest(node_marks.meter_total_ml, EXCLUDED.meter_total_ml),
       seq_said = greatest(node_marks.seq_said, EXCLUDED.seq_said), updated_at = now()`,
    [
      node_id,
      input.journal_id,
      taps.map((tap) => tap.tap_id),
      taps.map((tap) => tap.meter_total_ml),
      taps.map((tap) => tap.seq_high),
    ],
  );
}

/** What the lost journal may have held is nobody's to disown: not now, and not at the next start, when the new one is known. */
async function loseProof(unit: Unit, node_id: number): Promise<void> {
  await query(
    unit,
    `UPDATE grants SET journal_gone = true WHERE node_id = $1 AND state IN ('open', 'orphaned') AND NOT journal_gone`,
    [node_id],
  );
}

/** Attempts of an earlier boot that the journal holds no row of: no intent, so no beer, now or ever. */
async function disown(deps: Deps, { node_id, input }: Asked): Promise<void> {
  const journalled = new Set(input.journalled);
  for (const grant of await unsettledOfNode(deps.sequelize, deps, node_id)) {
    const { boot_id, journal_gone } = grant;
    if (journal_gone || boot_id === input.boot_id || journalled.has(grant.client_tx_id)) continue;
    const { client_tx_id, tap_id } = grant;
    await cancelAttempt(deps, { node_id }, { client_tx_id, tap_id, boot_id: input.boot_id }, 'disowned');
  }
}
