import type { TAP_PHASES } from '#domain/protocol/node';
import type { ReaderState, StationReport } from '#domain/protocol/equipment';
import type { TillEvent } from '#domain/protocol/till';
import { machineAfter } from '#server/after';
import type { After } from '#server/after';
import type { LiveTap } from '#server/services/support/deps';

type TapPhase = (typeof TAP_PHASES)[number];

/** What nodes and the card reader said last. Held in memory, lost with the process: nothing that must hold depends on it. */
export interface LiveStore {
  tap(tap_id: number): LiveTap | undefined;
  reader(): { state: ReaderState; names: string[] };
  heartbeat(taps: readonly { tap_id: number; phase: TapPhase; rinsed_pulses?: number | null }[]): void;
  progress(pour: { tap_id: number; grant_id: string; ml: number; minor: number }): void;
  station(report: StationReport): void;
  /** Events that are not stored. Returns the end of it. */
  readonly attach: (listener: (event: TillEvent) => void) => () => void;
  close(): void;
}

interface TapState {
  phase: TapPhase;
  rinsed_pulses: number | null;
  heard_at: number;
  silent: boolean;
  pour: { grant_id: string; ml: number; minor: number } | undefined;
  told_at: number;
  cancelLate: (() => void) | undefined;
}

export const SILENT_MS = 5_000;
export const PROGRESS_EVERY_MS = 250;
const LOOK_EVERY_MS = 500;
const POURING: readonly TapPhase[] = ['pouring', 'closing'];

export function liveStore(monotonic: () => number, after: After = machineAfter): LiveStore {
  const taps = new Map<number, TapState>();
  const listeners = new Set<(event: TillEvent) => void>();
  let reader: { state: ReaderState; names: string[] } = { state: 'no_station', names: [] };

  const tell = (event: TillEvent): void => {
    for (const listener of listeners) listener(event);
  };

  const stateOf = (tap_id: number): TapState => {
    let state = taps.get(tap_id);
    if (!state) {
      state = {
        phase: 'offline',
        rinsed_pulses: null,
        heard_at: -Infinity,
        silent: true,
        pour: undefined,
        told_at: -Infinity,
        cancelLate: undefined,
      };
      taps.set(tap_id, state);
    }
    return state;
  };

  const tellProgress = (tap_id: number, state: TapState): void => {
    state.cancelLate?.();
    state.cancelLate = undefined;
    state.told_at = monotonic();
    if (state.pour) tell({ type: 'pour.progress', tap_id, ...state.pour });
  };

  const setReader = (next: { state: ReaderState; names: string[] }): void => {
    const changed = next.state !== reader.state || next.names.join() !== reader.names.join();
    reader = next;
    if (changed) tell({ type: 'reader.changed', state: next.state });
  };

  let cancelLook = (): void => undefined;
  const look = (): void => {
    const now = monotonic();
    for (const [tap_id, state] of taps) {
      if (state.silent || now - state.heard_at < SILENT_MS) continue;
      state.silent = true;
      tell({ type: 'tap.heartbeat', tap_id, phase: 'offline' });
    }
    cancelLook = after(LOOK_EVERY_MS, look);
  };
  look();

  return {
    tap(tap_id) {
      const state = taps.get(tap_id);
      if (!state) return undefined;
      return {
        phase: state.silent ? 'offline' : state.phase,
        last_seen_ms_ago: Math.round(monotonic() - state.heard_at),
        live_ml: state.pour?.ml ?? null,
        grant_id: state.pour?.grant_id ?? null,
        rinsed_pulses: state.rinsed_pulses,
      };
    },
    reader: () => reader,
    heartbeat(heard) {
      for (const { tap_id, phase, rinsed_pulses = null } of heard) {
        const state = stateOf(tap_id);
        const changed = state.silent || state.phase !== phase;
        Object.assign(state, { phase, rinsed_pulses, heard_at: monotonic(), silent: false });
        if (!POURING.includes(phase)) state.pour = undefined;
        if (changed) tell({ type: 'tap.heartbeat', tap_id, phase });
      }
    },
    progress({ tap_id, grant_id, ml, minor }) {
      const state = stateOf(tap_id);
      // It is a sign of life too, and may come before the first heartbeat that this process hears.
      if (state.silent) state.phase = 'pouring';
      Object.assign(state, { heard_at: monotonic(), silent: false, pour: { grant_id, ml, minor } });
      const wait = state.told_at + PROGRESS_EVERY_MS - monotonic();
      if (wait <= 0) tellProgress(tap_id, state);
      else state.cancelLate ??= after(wait, () => tellProgress(tap_id, state));
    },
    station(report) {
      if (report.type === 'reader.changed') setReader({ state: report.state, names: report.names });
      else tell(report);
    },
    attach(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close() {
      cancelLook();
      for (const state of taps.values()) state.cancelLate?.();
      listeners.clear();
    },
  };
}
