import { pulsesToMl } from '#domain/quantity/volume';
import type { EndReason } from '#domain/pour/statuses';
import { AT_ONCE, become } from './decision.ts';
import type { Decision, Timer } from './decision.ts';
import { idleMs, watchEnd } from './flowWatch.ts';
import { mustNotOpen } from './state.ts';
import type { IntendingAttempt, Pour, TapState } from './state.ts';

/*
 * One pour, from the durable intent to the durable end. INVARIANTS:
 * - the valve opens only with a durable intent, its card present, the start window running, and no stop remembered
 * - the node itself keeps the limits: ml, idle, time cap
 * - lifting the card closes the valve at once; the same card back within the grace reopens it under the same grant
 * - an intent ends by exactly one durable end, 0 ml allowed; the next pour of the tap waits for its verdict
 */

/** The tail after closing counts to the pour: measured until it is quiet for this long … */
export const QUIET_MS = 300;
/** … but not longer than this. */
export const MAX_CLOSING_MS = 3_000;
export const CHECKPOINT_MS = 1_000;
export const CHECKPOINT_ML = 50;
export const PROGRESS_MS = 300;

/** The intent is durable. Everything that may have changed meanwhile is looked at again. */
export function startPour(
  state: TapState,
  { attempt, seq }: { attempt: IntendingAttempt; seq: number },
  now: number,
): Decision {
  if (!state.config) throw new Error('a grant without a configuration cannot be');
  const { tap } = state.config;
  const pour: Pour = {
    stage: 'held',
    grant: attempt.grant,
    granted_at: attempt.granted_at,
    first_sent_at: attempt.first_sent_at,
    uid: attempt.uid,
    seq,
    pulses_per_litre: Math.max(1, tap.pulses_per_litre),
    calibration_version: tap.calibration_version,
    opened_at: null,
    closed_at: null,
    away_since: attempt.away_since,
    pulses: 0,
    ml: 0,
    ml_at_close: 0,
    last_flow_at: now,
    burst: { since: now, pulses: 0, beer_ml_s: 0, beer_ms: 0, ml: 0 },
    pace: { since: now, pulses: 0, slow_ms: 0 },
    end_reason: null,
    end_retry_at: null,
    checkpoint: { at: now, ml: 0, writing: false },
    progress: { at: now, ml: 0 },
  };
  const started = { ...state, pour };
  return attempt.away_since === null ? openValve(started, now) : become(started);
}

function openValve(state: TapState, now: number): Decision {
  const { pour, config } = state;
  if (!pour || !config) return become(state);
  if (mustNotOpen(state, pour.grant))
    return closePour(state, state.faults.length > 0 ? 'fault' : 'stopped', now);
  const too_late = pour.opened_at === null && now >= pour.first_sent_at + config.bar.start_window_ms;
  if (too_late) return closePour(state, 'time_cap', now);
  return become(
    {
      ...state,
      pour: {
        ...pour,
        stage: 'flowing',
        opened_at: pour.opened_at ?? now,
        closed_at: null,
        away_since: null,
        last_flow_at: now,
        burst: { ...pour.burst, since: now, pulses: 0, ml: 0 },
        pace: { since: now, pulses: pour.pulses, slow_ms: 0 },
      },
    },
    { kind: 'open_valve', client_tx_id: pour.grant.client_tx_id },
  );
}

/** The card is lifted: the valve closes now, the grant lives for the grace. */
export function holdPour(state: TapState, now: number): Decision {
  const { pour } = state;
  if (pour?.stage !== 'flowing') return become(state);
  const held: Pour = { ...pour, stage: 'held', away_since: now, closed_at: now, ml_at_close: pour.ml };
  return become({ ...state, pour: held }, { kind: 'close_valve' });
}

export function cardBackToPour(state: TapState, uid: string, now: number): Decision {
  const { pour } = state;
  if (!pour || (pour.stage !== 'held' && pour.stage !== 'flowing')) return become(state);
  if (pour.uid !== uid) return closePour(state, 'card_removed', now);
  return pour.stage === 'held' ? openValve(state, now) : become(state);
}

/** Ends the pouring: the valve closes, the tail is measured, then the end is written. */
export function closePour(state: TapState, reason: EndReason, now: number): Decision {
  const { pour } = state;
  if (!pour || pour.stage === 'closing' || pour.stage === 'ending') return become(state);
  const flowing = pour.stage === 'flowing';
  const closing: Pour = {
    ...pour,
    stage: 'closing',
    end_reason: reason,
    closed_at: pour.closed_at ?? now,
    ml_at_close: flowing ? pour.ml : pour.ml_at_close,
  };
  const closed = watchEnd({ ...state, pour: closing }, closing, now);
  return flowing ? become(closed, { kind: 'close_valve' }) : become(closed);
}

export function durationOf(pour: Pour, now: number): number {
  return pour.opened_at === null ? 0 : Math.max(0, Math.round((pour.closed_at ?? now) - pour.opened_at));
}

function writeEnd(state: TapState, now: number): Decision {
  const { pour } = state;
  if (!pour) return become(state);
  return become(
    {
      ...state,
      pour: { ...pour, stage: 'ending', end_retry_at: null },
      overshoot_ml: learnOvershoot(state, pour),
    },
    {
      kind: 'journal_end',
      client_tx_id: pour.grant.client_tx_id,
      pulses: pour.pulses,
      ml: pour.ml,
      duration_ms: durationOf(pour, now),
      end_reason: pour.end_reason ?? 'fault',
      ...(pour.end_reason === 'kick' && { kick_ml: Math.min(pour.ml, kickOf(pour)) }),
    },
  );
}

/** Half of what is known, half of what was just seen; only a valve that closed on running beer teaches anything. */
function learnOvershoot(state: TapState, pour: Pour): number {
  if (pour.stage !== 'closing' || pour.end_reason !== 'limit') return state.overshoot_ml;
  return Math.ceil((state.overshoot_ml + pour.ml - pour.ml_at_close) / 2);
}

/** The burst, and what ran after the valve had closed on it. */
function kickOf({ burst, ml, ml_at_close }: Pour): number {
  return burst.ml + Math.max(0, ml - ml_at_close);
}

export function onEndDurable(state: TapState, client_tx_id: string, now: number): Decision {
  const { pour, config } = state;
  if (pour?.stage !== 'ending' || pour.grant.client_tx_id !== client_tx_id) return become(state);
  const { grant } = pour;
  const finished = {
    client_tx_id,
    grant_id: grant.grant_id,
    short_id: grant.short_id,
    ml: pour.ml,
    price_minor_per_litre: grant.price_minor_per_litre,
    language: grant.language,
    code_at: pour.granted_at + (config?.bar.lease_ms ?? 0),
  };
  return become({ ...state, pour: null, last_end_at: now, unsynced: [...state.unsynced, finished] });
}

export function onEndFailed(
  state: TapState,
  event: { client_tx_id: string; retry_in_ms: number },
  now: number,
): Decision {
  const { pour } = state;
  if (pour?.stage !== 'ending' || pour.grant.client_tx_id !== event.client_tx_id) return become(state);
  return become({ ...state, pour: { ...pour, end_retry_at: now + event.retry_in_ms } });
}

export function onVerdict(state: TapState, client_tx_id: string, now: number): Decision {
  const pour = state.unsynced.find((one) => one.client_tx_id === client_tx_id);
  if (!pour) return become(state);
  const unsynced = state.unsynced.filter((one) => one !== pour);
  return become({ ...state, unsynced, saved: { at: now, pour } });
}

/** New pulses of the meter, while this pour is the one that they belong to. */
export function pourFlow(pour: Pour, pulses: number, now: number): Pour {
  const total = pour.pulses + pulses;
  const ml = pulsesToMl(total, pour.pulses_per_litre);
  return { ...pour, pulses: total, ml, last_flow_at: now, burst: burstOf(pour, pulses, now) };
}

/*
 * A keg that runs empty drives gas through the meter: several times faster than the beer of the same pour before it, for longer
 * than a splash. Without beer before it there is nothing to compare with; then the keg's remainder tells.
 */
const BURST_TIMES = 3;
const BURST_ML_S = 150;
const BURST_WINDOW_MS = 200;
/** Longer than this and nothing ran meanwhile. */
const PAUSE_MS = 1_000;
const BEER_BEFORE_MS = 600;
export const KICK_ML = 60;

function burstOf({ burst, pulses_per_litre }: Pour, fresh: number, now: number): Pour['burst'] {
  const pulses = burst.pulses + fresh;
  const ms = now - burst.since;
  if (ms < BURST_WINDOW_MS) return { ...burst, pulses };
  const ml = pulsesToMl(pulses, pulses_per_litre);
  const { beer_ml_s, beer_ms } = burst;
  if (ms > PAUSE_MS) return { ...burst, since: now, pulses: 0, ml: 0 };
  const ml_s = (ml * 1000) / ms;
  if (beer_ms >= BEER_BEFORE_MS && ml_s > BURST_ML_S && ml_s > BURST_TIMES * beer_ml_s)
    return { ...burst, since: now, pulses: 0, ml: burst.ml + ml };
  return { since: now, pulses: 0, beer_ml_s: Math.max(beer_ml_s, ml_s), beer_ms: beer_ms + ms, ml: 0 };
}

export function onCheckpointDone(state: TapState, client_tx_id: string): Decision {
  const { pour } = state;
  if (pour?.grant.client_tx_id !== client_tx_id) return become(state);
  return become({ ...state, pour: { ...pour, checkpoint: { ...pour.checkpoint, writing: false } } });
}

function writeCheckpoint(state: TapState, now: number): Decision {
  const { pour } = state;
  if (!pour) return become(state);
  return become(
    { ...state, pour: { ...pour, checkpoint: { at: now, ml: pour.ml, writing: true } } },
    {
      kind: 'journal_checkpoint',
      client_tx_id: pour.grant.client_tx_id,
      pulses: pour.pulses,
      ml: pour.ml,
      duration_ms: durationOf(pour, now),
    },
  );
}

function tellProgress(state: TapState, now: number): Decision {
  const { pour } = state;
  if (!pour) return become(state);
  return become(
    { ...state, pour: { ...pour, progress: { at: now, ml: pour.ml } } },
    { kind: 'progress', grant_id: pour.grant.grant_id, ml: pour.ml },
  );
}

export function pourTimers(state: TapState): Timer[] {
  const { pour, config } = state;
  if (!pour || !config) return [];
  if (pour.stage === 'ending')
    return pour.end_retry_at === null ? [] : [{ at: pour.end_retry_at, due: writeEnd }];
  if (pour.stage === 'closing') return [{ at: quietAt(pour), due: writeEnd }];
  return [...limitTimers(pour, state), ...tellTimers(pour)];
}

function quietAt(pour: Pour): number {
  if (pour.opened_at === null || pour.closed_at === null) return AT_ONCE;
  return Math.min(Math.max(pour.last_flow_at, pour.closed_at) + QUIET_MS, pour.closed_at + MAX_CLOSING_MS);
}

function limitTimers(pour: Pour, state: TapState): Timer[] {
  const { config, overshoot_ml } = state;
  if (!config) return [];
  const close = (reason: EndReason) => (at: TapState, now: number) => closePour(at, reason, now);
  const { bar } = config;
  const { limit_ml } = pour.grant;
  const stop_at_ml = limit_ml - Math.min(overshoot_ml, Math.floor(limit_ml / 4));
  const timers: Timer[] = [];
  if (pour.burst.ml >= KICK_ML) timers.push({ at: AT_ONCE, due: close('kick') });
  if (pour.ml >= stop_at_ml) timers.push({ at: AT_ONCE, due: close('limit') });
  if (pour.opened_at !== null) timers.push({ at: pour.opened_at + bar.pour_cap_ms, due: close('time_cap') });
  if (pour.stage === 'flowing') timers.push({ at: pour.last_flow_at + idleMs(state), due: close('idle') });
  if (pour.stage === 'held' && pour.away_since !== null)
    timers.push({ at: pour.away_since + bar.grace_ms, due: close('card_removed') });
  return timers;
}

function tellTimers(pour: Pour): Timer[] {
  const timers: Timer[] = [];
  const { checkpoint, progress } = pour;
  if (!checkpoint.writing && pour.ml > checkpoint.ml) {
    const at = pour.ml - checkpoint.ml >= CHECKPOINT_ML ? AT_ONCE : checkpoint.at + CHECKPOINT_MS;
    timers.push({ at, due: writeCheckpoint });
  }
  if (pour.ml > progress.ml) timers.push({ at: progress.at + PROGRESS_MS, due: tellProgress });
  return timers;
}
