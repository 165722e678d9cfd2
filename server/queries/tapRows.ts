import type { TapRow } from '#domain/protocol/till';
import { query } from '../db/query.ts';
import { FORECAST_WINDOW_MINUTES, presentTapRow } from '../presenters/tapRow.ts';
import type { TapRowRead } from '../presenters/tapRow.ts';
import type { Deps } from '../services/support/deps.ts';
import { readPriceRules } from '../services/support/priceRules.ts';
import { readSettings } from '../services/support/settings.ts';

/** The strip on the right: what the tables say of each tap and what its node said last. */
export async function tapRows(deps: Pick<Deps, 'sequelize' | 'live' | 'clock'>): Promise<TapRow[]> {
  const now = deps.clock.now();
  const since = new Date(now.getTime() - FORECAST_WINDOW_MINUTES * 60_000).toISOString();
  const [rows, settings, rules] = await Promise.all([
    query<TapRowRead>(deps.sequelize, TAPS, [since]),
    readSettings(deps.sequelize),
    readPriceRules(deps.sequelize),
  ]);
  const law = { ...settings.till, time_zone: settings.bar.time_zone, rules, now };
  return rows.map((row) => presentTapRow(row, deps.live.tap(row.tap_id), law));
}

const TAPS = `
  SELECT t.id AS tap_id, t.number, t.status, t.flow_trouble, n.id IS NOT NULL AS paired, n.last_seen_at, b.name AS beverage, b.id AS beverage_id,
    b.price_minor_per_litre AS list_price, t.created_at, (SELECT max(c.ended_at) FROM cleaning_sessions c WHERE c.tap_id = t.id) AS cleaned_at,
    coalesce((SELECT sum(m.out_ml) FROM keg_movements m WHERE m.keg_id = k.id AND m.kind NOT IN ('yield_variance', 'correction')
              AND m.created_at > $1), 0)::bigint AS flowed_ml,
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
