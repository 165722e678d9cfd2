import type { FlowTrouble } from '#domain/tap/flowTrouble';
import { pulsesToMl } from '#domain/quantity/volume';
import type { Pour, TapState } from './state.ts';

/*
 * Does this line run as it should? INVARIANTS:
 * - one open valve without a pulse is a guest who does not pull the handle; so many one after another are a meter that does
 *   not count, or a line that gives nothing. Then the valve waits for the first pulse only shortly: a dead meter is free beer
 * - slow is measured against what this very line ran at, for longer than a guest who tops up the foam takes
 * - the first flow that is as it should be ends the trouble
 */

/** Open for at least so long without a pulse: dry. */
export const DRY_MS = 3_000;
export const DRY_POURS = 3;
/** How long a line in trouble may stay open without a pulse. */
export const DRY_IDLE_MS = 4_000;

const PACE_WINDOW_MS = 1_000;
/** Longer than this and the guest paused: nothing is known of the pace. */
const PACE_PAUSE_MS = 2_500;
export const SLOW_MS = 5_000;
/** A cautious guest pours at a third of the line's pace and more. */
const SLOW_SHARE = 0.25;
const GOOD_SHARE = 0.5;
/** A pour this long has shown what the line can. */
const NORM_AFTER_MS = 2_000;
/** Below it nothing slower can be told apart from drops. */
const LEAST_NORM_ML_S = 15;

export type FlowWatch = {
  readonly dry_pours: number;
  /** ml/s of this line at its best, learned from pour to pour; null: not seen yet */
  readonly norm_ml_s: number | null;
  readonly trouble: FlowTrouble | null;
};
export const UNWATCHED: FlowWatch = { dry_pours: 0, norm_ml_s: null, trouble: null };

/** Where the pour's pace is being measured from, and for how long it has been slow. */
export type Pace = { readonly since: number; readonly pulses: number; readonly slow_ms: number };

/** Pulses came: the meter counts. */
export function flowed(state: TapState): TapState {
  const { flow } = state;
  if (flow.dry_pours === 0 && flow.trouble !== 'no_flow') return state;
  const trouble = flow.trouble === 'no_flow' ? null : flow.trouble;
  return { ...state, flow: { ...flow, dry_pours: 0, trouble } };
}

/** The open pour has just counted its pulses: how fast does it run? */
export function watchPace(state: TapState, now: number): TapState {
  const { pour, flow } = state;
  if (pour?.stage !== 'flowing') return state;
  const ms = now - pour.pace.since;
  if (ms < PACE_WINDOW_MS) return state;
  const norm = flow.norm_ml_s;
  const restart = (slow_ms: number): TapState => ({
    ...state,
    pour: { ...pour, pace: { since: now, pulses: pour.pulses, slow_ms } },
  });
  if (norm === null || norm < LEAST_NORM_ML_S || ms > PACE_PAUSE_MS) return restart(0);
  const ml_s = (pulsesToMl(pour.pulses - pour.pace.pulses, pour.pulses_per_litre) * 1000) / ms;
  const slow_ms = ml_s < norm * SLOW_SHARE ? pour.pace.slow_ms + ms : 0;
  const next = restart(slow_ms);
  if (slow_ms >= SLOW_MS) return { ...next, flow: { ...flow, trouble: 'low_flow' } };
  if (flow.trouble === 'low_flow' && ml_s >= norm * GOOD_SHARE)
    return { ...next, flow: { ...flow, trouble: null } };
  return next;
}

/** A pour closes its valve for good. */
export function watchEnd(state: TapState, pour: Pour, now: number): TapState {
  const { flow } = state;
  if (pour.opened_at === null) return state;
  if (pour.pulses > 0) return { ...state, flow: { ...flow, norm_ml_s: learnNorm(flow, pour) } };
  if ((pour.closed_at ?? now) - pour.opened_at < DRY_MS) return state;
  const dry_pours = flow.dry_pours + 1;
  const trouble = dry_pours >= DRY_POURS ? 'no_flow' : flow.trouble;
  return { ...state, flow: { ...flow, dry_pours, trouble } };
}

function learnNorm({ norm_ml_s, trouble }: FlowWatch, { burst }: Pour): number | null {
  if (trouble !== null || burst.beer_ms < NORM_AFTER_MS) return norm_ml_s;
  return norm_ml_s === null ? burst.beer_ml_s : norm_ml_s + (burst.beer_ml_s - norm_ml_s) / 4;
}

/** How long an open valve waits for flow. */
export function idleMs({ flow, pour, config }: TapState): number {
  const idle_ms = config?.bar.idle_ms ?? 0;
  return flow.trouble === 'no_flow' && pour?.pulses === 0 ? Math.min(DRY_IDLE_MS, idle_ms) : idle_ms;
}
