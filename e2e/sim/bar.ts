import { query } from '#server/db/query';
import { openShift } from '#server/services/openShift';
import type { Deps } from '#server/services/support/deps';
import { aKeg, aNode, anOperator, aTap } from '#server/testing/builders';
import type { TestDatabase } from '#server/testing/cloneDatabase';
import type { Actor } from '#server/services/support/deps';
import type { Dice } from './dice.ts';

/** Short, so that leases end within a seed; their law holds: lease > start window + pour cap. */
export const POUR_TIMES = {
  start_window_ms: 3_000,
  pour_cap_ms: 8_000,
  lease_ms: 11_500,
  idle_ms: 4_000,
  grace_ms: 500,
};

export type Bar = {
  readonly cashier: Actor;
  readonly lead: Actor;
  readonly nodes: readonly { node_id: number; tap_ids: readonly number[] }[];
};

/** One to three nodes with one or two taps each, two people behind the bar, an open shift. */
export async function furnish(db: TestDatabase, deps: Deps, dice: Dice): Promise<Bar> {
  const where = { sequelize: db.sequelize, models: deps.models, deps };
  await query(db.owner, `UPDATE settings SET value = value || $1::jsonb WHERE key = 'pour'`, [
    JSON.stringify({ ...POUR_TIMES, max_pour_ml: 600, daily_limit_ml: 20_000, first_flush_ml: 0 }),
  ]);
  await query(db.owner, `UPDATE settings SET value = to_jsonb($1::text) WHERE key = 'incarnation'`, [
    dice.uuid(),
  ]);
  const cashier = await anOperator(where, { name: 'Cashier', role: 'cashier' });
  const lead = await anOperator(where, { name: 'Lead', role: 'shift_lead' });
  const nodes = [];
  for (let n = 1, count = dice.pick([1, 1, 2, 2, 3]) ?? 1; n <= count; n++) {
    const { node_id } = await aNode(where, { name: `node ${n}` });
    const taps = [];
    for (let t = 0, taps_here = dice.between(1, 2); t < taps_here; t++)
      taps.push(await aTap(where, { node_id, price_minor_per_litre: dice.between(200, 500) * 100 }));
    for (const { beverage_id } of taps) await aKeg(where, { beverage_id });
    nodes.push({ node_id, tap_ids: taps.map(({ tap_id }) => tap_id) });
  }
  await openShift(deps, lead, { request_id: dice.uuid(), float_minor: 50_000 });
  return { cashier, lead, nodes };
}
