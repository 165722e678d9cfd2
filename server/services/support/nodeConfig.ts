import type { Sequelize } from 'sequelize';
import type { NodeConfig, TapConfig } from '#domain/protocol/node';
import type { Unit } from '../../db/inTransaction.ts';
import { query } from '../../db/query.ts';
import { requestHash } from './requestHash.ts';
import { readSettings } from './settings.ts';

/** What a node must know of the bar and of its taps. */
export async function nodeConfig(where: Unit | Sequelize, node_id: number): Promise<NodeConfig> {
  const { bar, pour, emergency_stop } = await readSettings(where);
  const { start_window_ms, pour_cap_ms, lease_ms, idle_ms, grace_ms } = pour;
  return {
    bar_name: bar.name,
    currency: bar.currency,
    language: bar.language,
    start_window_ms,
    pour_cap_ms,
    lease_ms,
    idle_ms,
    grace_ms,
    emergency_stop,
    taps: await tapsOf(where, node_id),
  };
}

/** Changes exactly when something in the configuration does. */
export function configVersion(config: NodeConfig): string {
  return requestHash(config).slice(0, 16);
}

async function tapsOf(where: Unit | Sequelize, node_id: number): Promise<TapConfig[]> {
  return query<TapConfig>(
    where,
    `SELECT t.id AS tap_id, t.number, t.status, t.pulses_per_litre, t.calibration_version,
       CASE WHEN k.state = 'on_tap' THEN jsonb_build_object('name', b.name, 'style', b.style, 'abv_permille', b.abv_permille,
         'price_minor_per_litre', b.price_minor_per_litre) END AS beverage
     FROM taps t LEFT JOIN kegs k ON k.id = t.keg_id LEFT JOIN beverages b ON b.id = k.beverage_id
     WHERE t.node_id = $1 ORDER BY t.number`,
    [node_id],
  );
}
