import type { Sequelize } from 'sequelize';
import type { PrecheckWire } from '#domain/protocol/till';
import type { Unit } from '../db/inTransaction.ts';
import { queryOne } from '../db/query.ts';
import type { LiveState } from '../services/support/deps.ts';
import { NODE_SILENT_MS } from './silence.ts';

type Facts = {
  active_visits: number[];
  pending_visits: number[];
  pending_count: number;
  unsettled_visits: number[];
  unsettled_count: number;
  taps: { tap_id: number; number: number; queue_depth: number | null }[];
  reviews: number;
};

/** What stands between the shift and its close. Only a tap that does not confirm an empty queue may be waived. */
export async function precheck(where: Unit | Sequelize, live: LiveState): Promise<PrecheckWire> {
  const facts = await queryOne<Facts>(where, FACTS);
  const silent = facts.taps.filter((tap) => isSilent(live, tap.tap_id) || (tap.queue_depth ?? 0) > 0);
  const line = { visit_ids: [], tap_numbers: [] };
  const lines: PrecheckWire['lines'] = [
    {
      ...line,
      kind: 'active_visits',
      blocks: true,
      count: facts.active_visits.length,
      visit_ids: facts.active_visits,
    },
    {
      ...line,
      kind: 'pending_sync',
      blocks: true,
      count: facts.pending_count,
      visit_ids: facts.pending_visits,
    },
    {
      ...line,
      kind: 'open_grants',
      blocks: true,
      count: facts.unsettled_count,
      visit_ids: facts.unsettled_visits,
    },
    {
      ...line,
      kind: 'silent_taps',
      blocks: true,
      count: silent.length,
      tap_numbers: silent.map((tap) => tap.number),
    },
    { ...line, kind: 'reviews', blocks: false, count: facts.reviews },
  ];
  return { clean: lines.every((each) => !each.blocks || each.count === 0), lines };
}

function isSilent(live: LiveState, tap_id: number): boolean {
  const tap = live.tap(tap_id);
  return tap === undefined || tap.last_seen_ms_ago > NODE_SILENT_MS;
}

const FACTS = `
  SELECT
    (SELECT coalesce(array_agg(v.id ORDER BY v.opened_at, v.id), '{}') FROM visits v JOIN guests g ON g.id = v.guest_id
       WHERE v.state = 'active' AND g.house_purpose IS NULL) AS active_visits,
    (SELECT coalesce(array_agg(DISTINCT visit_id), '{}') FROM pours WHERE sync_status = 'pending_sync') AS pending_visits,
    (SELECT count(*) FROM pours WHERE sync_status = 'pending_sync') AS pending_count,
    (SELECT coalesce(array_agg(DISTINCT visit_id), '{}') FROM grants WHERE state IN ('open', 'orphaned')) AS unsettled_visits,
    (SELECT count(*) FROM grants WHERE state IN ('open', 'orphaned')) AS unsettled_count,
    (SELECT coalesce(jsonb_agg(jsonb_build_object('tap_id', t.id, 'number', t.number, 'queue_depth', n.queue_depth) ORDER BY t.number), '[]')
       FROM taps t JOIN nodes n ON n.id = t.node_id AND n.state = 'active') AS taps,
    (SELECT count(*) FROM review_items WHERE state = 'open') AS reviews`;
