import { decideGaps } from '#domain/node/decideGaps';
import type { GapDecision, GapFacts } from '#domain/node/decideGaps';
import type { HeartbeatInput } from '#domain/protocol/node';
import type { Unit } from '../../db/inTransaction.ts';
import { query } from '../../db/query.ts';
import { appendAudit } from './appendAudit.ts';
import type { Deps } from './deps.ts';
import { openReview } from './review.ts';

type Mark = GapFacts & { journal_id: string; tap_id: number };

/**
 * What a quiet node with an empty queue has not told is missing from its journal: volume that its meter saw, rows that it
 * had. Each is shown once. A tap that pours or waits for a verdict is looked at later. Lock: the mark.
 */
export async function lookForGaps(
  unit: Unit,
  deps: Deps,
  heard: { node_id: number; input: HeartbeatInput },
): Promise<void> {
  const { node_id, input } = heard;
  const quiet = input.queue_depth === 0 ? input.taps.filter((tap) => tap.phase === 'idle') : [];
  if (quiet.length === 0) return;
  const marks = await query<Mark>(
    unit,
    `SELECT m.journal_id, m.tap_id, h.total AS meter_total_ml, m.meter_base_ml, m.booked_ml, m.meter_gap_ml AS shown_gap_ml, m.seq_high,
       m.seq_said, m.seq_told AS shown_seq
     FROM unnest($2::bigint[], $3::bigint[]) AS h (tap_id, total) JOIN taps t ON t.id = h.tap_id AND t.node_id = $1
     JOIN nodes n ON n.id = $1 JOIN node_marks m ON m.node_id = n.id AND m.journal_id = n.journal_id AND m.tap_id = h.tap_id`,
    [node_id, quiet.map((tap) => tap.tap_id), quiet.map((tap) => tap.meter_total_ml)],
  );
  for (const mark of marks) await show(unit, deps, { node_id, mark, decision: decideGaps(mark) });
}

async function show(
  unit: Unit,
  deps: Deps,
  found: { node_id: number; mark: Mark; decision: GapDecision },
): Promise<void> {
  const { node_id, mark, decision } = found;
  const { meter_base_ml, meter_gap_ml, seq_gap } = decision;
  if (meter_base_ml === mark.meter_base_ml && meter_gap_ml === null && seq_gap === null) return;
  // Two heartbeats at once: only one finds the mark as both have read it.
  const [mine] = await query(
    unit,
    `UPDATE node_marks SET meter_base_ml = $4, meter_gap_ml = $5, seq_told = $6
     WHERE node_id = $1 AND journal_id = $2 AND tap_id = $3 AND meter_gap_ml = $7 AND seq_told = $8 RETURNING tap_id`,
    [
      node_id,
      mark.journal_id,
      mark.tap_id,
      meter_base_ml,
      meter_gap_ml ?? mark.shown_gap_ml,
      seq_gap?.to_seq ?? mark.shown_seq,
      mark.shown_gap_ml,
      mark.shown_seq,
    ],
  );
  if (!mine) return;
  const { journal_id, tap_id } = mark;
  if (meter_gap_ml !== null) {
    const facts = { journal_id, gap_ml: meter_gap_ml - mark.shown_gap_ml, ...metered(mark) };
    await openReview(unit, deps, { kind: 'meter_gap', tap_id, facts });
    await appendAudit(unit, { action: 'security.meter_gap', node_id, tap_id, details: facts });
  }
  if (seq_gap === null) return;
  await openReview(unit, deps, { kind: 'seq_gap', tap_id, facts: { journal_id, ...seq_gap } });
}

const metered = ({ meter_total_ml, booked_ml }: Mark) => ({ meter_total_ml, booked_ml });
