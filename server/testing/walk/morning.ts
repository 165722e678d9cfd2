import { queryOne } from '../../db/query.ts';
import type { TapStatus } from '#domain/tap/statuses';
import { lead, rowsOf } from './step.ts';
import { key } from './walkBar.ts';
import type { TillCaller, WalkBar } from './walkBar.ts';

const because = { reason: 'A new evening' };
type Tap = { tap_id: number; status: TapStatus; beverage_id: number };
const WAY_BACK: Record<TapStatus, ((till: TillCaller, tap_id: number) => Promise<unknown>) | null> = {
  selling: null,
  disabled: (till, tap_id) => till.taps.setStatus({ ...key(), ...because, tap_id, status: 'selling' }),
  cleaning: (till, tap_id) => till.taps.endCleaning({ ...key(), tap_id }),
  processing_sync: (till, tap_id) => till.taps.reset({ ...key(), ...because, tap_id }),
};

/**
 * Whatever the last evening left, the bar can sell again: a broken node has an empty journal, the stop is lifted, each tap has a
 * status that sells and a keg with beer. None of it may be refused.
 */
export async function morning(bar: WalkBar): Promise<void> {
  const till = await lead(bar);
  const { stop } = await queryOne<{ stop: boolean }>(
    bar.db.sequelize,
    `SELECT coalesce((SELECT value = 'true'::jsonb FROM settings WHERE key = 'emergency_stop'), false) AS stop`,
  );
  if (stop) await till.taps.endEmergencyStop(because);
  const taps = await rowsOf<Tap>(
    bar,
    `SELECT t.id AS tap_id, t.status, (SELECT min(id) FROM beverages) AS beverage_id FROM taps t ORDER BY t.id`,
  );
  for (const { tap_id, status } of taps) await WAY_BACK[status]?.(till, tap_id);
  const dry = await rowsOf<Tap>(
    bar,
    `SELECT t.id AS tap_id, t.status, (SELECT min(id) FROM beverages) AS beverage_id FROM taps t
     WHERE NOT EXISTS (SELECT 1 FROM kegs k WHERE k.id = t.keg_id AND k.state = 'on_tap') ORDER BY t.id`,
  );
  for (const { tap_id, beverage_id } of dry) {
    const { keg_id } = await till.kegs.receive({ ...key(), beverage_id, size_ml: 20_000 });
    await till.kegs.putOnTap({ ...key(), tap_id, keg_id });
  }
  for (const node of bar.nodes) {
    if (!node.on) node.replace();
    await node.hello({ boot: true });
    await node.heartbeat();
  }
}
