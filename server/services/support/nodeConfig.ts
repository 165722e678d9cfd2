import type { Sequelize } from 'sequelize';
import { priceAt } from '#domain/price/rules';
import type { PriceMoment } from '#domain/price/rules';
import type { NodeConfig, TapConfig } from '#domain/protocol/node';
import type { Unit } from '../../db/inTransaction.ts';
import { query } from '../../db/query.ts';
import { readPriceRules } from './priceRules.ts';
import { requestHash } from './requestHash.ts';
import { readSettings } from './settings.ts';

/** What a node must know of the bar and of its taps, with the prices of this moment. */
export async function nodeConfig(where: Unit | Sequelize, node_id: number, now: Date): Promise<NodeConfig> {
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
    taps: await tapsOf(where, node_id, { at: now, time_zone: bar.time_zone, who: 'guest' }),
  };
}

/** Changes exactly when something in the configuration does. */
export function configVersion(config: NodeConfig): string {
  return requestHash(config).slice(0, 16);
}

type TapRead = Omit<TapConfig, 'beverage'> & {
  beverage: (NonNullable<TapConfig['beverage']> & { beverage_id: number }) | null;
};

async function tapsOf(where: Unit | Sequelize, node_id: number, moment: PriceMoment): Promise<TapConfig[]> {
  const taps = await query<TapRead>(
    where,
    `SELECT t.id AS tap_id, t.number, t.status, t.pulses_per_litre, t.calibration_version,
       CASE WHEN k.state = 'on_tap' THEN jsonb_build_object('beverage_id', b.id, 'name', b.name, 'style', b.style,
         'abv_permille', b.abv_permille, 'price_minor_per_litre', b.price_minor_per_litre) END AS beverage
     FROM taps t LEFT JOIN kegs k ON k.id = t.keg_id LEFT JOIN beverages b ON b.id = k.beverage_id
     WHERE t.node_id = $1 ORDER BY t.number`,
    [node_id],
  );
  const rules = await readPriceRules(where);
  return taps.map(({ beverage, ...tap }) => {
    if (beverage === null) return { ...tap, beverage };
    const { beverage_id: _, ...shown } = beverage;
    return { ...tap, beverage: { ...shown, price_minor_per_litre: priceAt(rules, beverage, moment) } };
  });
}
