import type { TapRow } from '#domain/protocol/till';
import type { LiveTap, TapPhase } from '../live/events.ts';

/** How a tap stands in the strip, most urgent first. */
export type TapState =
  | 'stopped'
  | 'unpaired'
  | 'silent'
  | 'pending'
  | 'fault'
  | 'pouring'
  | 'cleaning'
  | 'disabled'
  | 'no_keg'
  | 'no_flow'
  | 'low_flow'
  | 'selling';

/** The server says `offline` after so long a silence. */
export const SILENT_AFTER_MS = 5_000;
const LOW_SHARE = 0.15;

export interface TapView {
  state: TapState;
  silent_ms: number;
  ml: number | null;
  minor: number | null;
  low: boolean;
  /** 0–1 */
  level: number;
}

export interface TapMoment {
  live: LiveTap | undefined;
  /** of this computer */
  now: number;
  fetchedAt: number;
  emergency_stop: boolean;
}

export function tapView(tap: TapRow, moment: TapMoment): TapView {
  const silent_ms = silenceOf(tap, moment);
  const remaining = Math.max(0, tap.keg_remaining_ml ?? 0);
  const level = tap.keg_size_ml ? Math.min(1, remaining / tap.keg_size_ml) : 0;
  const figures = liveFigures(tap, moment.live);
  const state = stateOf(tap, { ...moment, silent_ms, flows: figures !== null });
  const shown = state === 'pouring' ? figures : null;
  return {
    state,
    silent_ms,
    ml: shown?.ml ?? null,
    minor: shown?.minor ?? null,
    low: tap.keg_id !== null && level < LOW_SHARE,
    level,
  };
}

/** The phase told last: by an event since the fetch, else by the fetch. */
function phaseOf(tap: TapRow, { live, fetchedAt }: TapMoment): { phase: TapPhase | null; told: boolean } {
  const told = live !== undefined && live.phase !== null && live.told_at >= fetchedAt;
  return { phase: told ? live.phase : tap.phase, told };
}

/** For how long the tap has not been heard; 0 while it is heard. */
function silenceOf(tap: TapRow, moment: TapMoment): number {
  const { phase, told } = phaseOf(tap, moment);
  if (told) return phase === 'offline' ? SILENT_AFTER_MS + moment.now - (moment.live?.told_at ?? 0) : 0;
  const silent = phase === 'offline' || (tap.silent_ms ?? 0) > SILENT_AFTER_MS;
  return silent ? (tap.silent_ms ?? 0) + Math.max(0, moment.now - moment.fetchedAt) : 0;
}

function liveFigures(tap: TapRow, live: LiveTap | undefined): { ml: number; minor: number } | null {
  if (tap.visit_id === null) return null;
  const fetched = { ml: tap.live_ml ?? 0, minor: tap.live_minor ?? 0 };
  const pour = live?.pour;
  if (!pour || tap.pending_grant_ids.includes(pour.grant_id)) return fetched;
  return pour.ml >= fetched.ml ? pour : fetched;
}

function stateOf(tap: TapRow, moment: TapMoment & { silent_ms: number; flows: boolean }): TapState {
  const { phase, told } = phaseOf(tap, moment);
  if (moment.emergency_stop || phase === 'emergency_stop') return 'stopped';
  if (tap.silent_ms === null && !told) return 'unpaired';
  if (moment.silent_ms > 0) return 'silent';
  if (tap.pending_grant_ids.length > 0) return 'pending';
  if (phase === 'fault') return 'fault';
  if (moment.flows) return 'pouring';
  if (tap.status === 'processing_sync') return 'pending';
  if (tap.status === 'cleaning' || phase === 'cleaning') return 'cleaning';
  if (tap.status === 'disabled') return 'disabled';
  if (tap.keg_id === null || tap.beverage === null) return 'no_keg';
  return tap.flow_trouble ?? 'selling';
}
