import { pulsesToMl } from '#domain/quantity/volume';
import { become } from './decision.ts';
import type { Decision, Timer } from './decision.ts';
import type { TapState } from './state.ts';

/*
 * Flow that belongs to no pour: a leak, what still runs after a pour was written down, or cleaning.
 * It is counted for ten seconds and then reported, unless it is only drip.
 */
export const STRAY_MS = 10_000;
/** Less than this in ten seconds is drip. */
export const LEAK_ML = 15;
const AFTER_CLOSE_MS = 5_000;
const DRIP_PULSES = 3;

export function strayFlow(state: TapState, pulses: number, now: number): TapState {
  const { stray } = state;
  const cleaning = stray?.cleaning || isCleaned(state);
  return { ...state, stray: { since: stray?.since ?? now, pulses: (stray?.pulses ?? 0) + pulses, cleaning } };
}

export function strayTimers({ stray }: TapState): Timer[] {
  return stray ? [{ at: stray.since + STRAY_MS, due: reportStray }] : [];
}

function reportStray(state: TapState): Decision {
  const { stray, config } = state;
  const rest = { ...state, stray: null };
  if (!stray || !config || stray.pulses < DRIP_PULSES) return become(rest);
  const ml = pulsesToMl(stray.pulses, Math.max(1, config.tap.pulses_per_litre));
  const flow = stray.cleaning ? 'cleaning' : kindOf(state, stray.since);
  if (flow === 'leak' && ml < LEAK_ML) return become(rest);
  return become(rest, { kind: 'report_flow', flow, pulses: stray.pulses, ml });
}

function isCleaned({ config, staff }: TapState): boolean {
  return config?.tap.status === 'cleaning' || staff?.stage === 'rinsing';
}

function kindOf(state: TapState, since: number): 'leak' | 'after_close' {
  return state.last_end_at !== null && since - state.last_end_at < AFTER_CLOSE_MS ? 'after_close' : 'leak';
}
