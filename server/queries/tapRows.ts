import type { TapRow } from '#domain/protocol/till';
import { query } from '../db/query.ts';
import { presentTapRow } from '../presenters/tapRow.ts';
import type { TapRowRead } from '../presenters/tapRow.ts';
import type { Deps } from '../services/support/deps.ts';

/** The strip on the right: what the tables say of each tap and what its node said last. */
export async function tapRows(deps: Pick<Deps, 'sequelize' | 'live' | 'clock'>): Promise<TapRow[]> {
  const rows = await query<TapRowRead>(deps.sequelize, TAPS);
  const now = deps.clock.now();
  return rows.map((row) => presentTapRow(row, deps.live.tap(row.tap_id), now));
}

const TAPS = `
  SELECT t.id AS tap_id, t.number, t.status, n.id IS NOT NULL AS paired, n.last_seen_at, b.name AS beverage, b.price_minor_per_litre,
    k.id AS keg_id, k.remaining_ml AS keg_remaining_ml, k.size_ml AS keg_size_ml, gu.name AS guest_name, v.id AS visit_id,
    (SELECT g.price_minor_per_litre FROM grants g WHERE g.visit_id = v.id AND g.state = 'open') AS grant_price_minor_per_litre,
    coalesce((SELECT jsonb_agg(p.grant_id ORDER BY p.created_at, p.id) FROM grants g JOIN pours p ON p.grant_id = g.id AND p.sync_status = 'pending_sync'
              WHERE g.tap_id = t.id AND g.state IN ('open', 'orphaned')), '[]') AS pending_grant_ids
  FROM taps t
  LEFT JOIN nodes n ON n.id = t.node_id AND n.state = 'active'
  LEFT JOIN kegs k ON k.id = t.keg_id AND k.state <> 'empty'
  LEFT JOIN beverages b ON b.id = k.beverage_id
  LEFT JOIN visits v ON v.state = 'active' AND v.active_tap_id = t.id
  LEFT JOIN guests gu ON gu.id = v.guest_id
  ORDER BY t.number`;
