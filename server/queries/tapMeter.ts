import type { TapMeterWire } from '#domain/protocol/taps';
import type { Deps } from '../services/support/deps.ts';

/** What the tap's meter has counted in its latest cleaning by card, as its last heartbeat said. */
export function tapMeter({ live }: Pick<Deps, 'live'>, tap_id: number): TapMeterWire {
  const heard = live.tap(tap_id);
  return { tap_id, rinsed_pulses: heard?.phase === 'offline' ? null : (heard?.rinsed_pulses ?? null) };
}
