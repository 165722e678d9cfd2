import { refusalNotice } from '#domain/protocol/till';
import type { RefusalNotice, TillEvent } from '#domain/protocol/till';
import type { TAP_PHASES } from '#domain/protocol/node';
import { createStore } from '../lib/store.ts';

export type TapPhase = (typeof TAP_PHASES)[number];
export interface LivePour {
  grant_id: string;
  ml: number;
  minor: number;
}
export interface LiveTap {
  phase: TapPhase | null;
  /** this computer's clock, when `phase` was told: the server tells changes only, and silence as `offline` */
  told_at: number;
  pour: LivePour | null;
  refusal: (RefusalNotice & { at: number }) | null;
}

const UNTOLD: LiveTap = { phase: null, told_at: 0, pour: null, refusal: null };

/** What the subscription says between two fetches of the board, by tap. */
export const liveTaps = createStore<ReadonlyMap<number, LiveTap>>(new Map());
export type ReaderState = 'ready' | 'no_reader' | 'no_service' | 'no_station';
export const liveReader = createStore<ReaderState | null>(null);
export interface Connection {
  online: boolean;
  /** this computer's clock */
  since: number;
}
export const connection = createStore<Connection>({ online: true, since: Date.now() });

let waiting: Map<number, LiveTap> | null = null;
/** Figures change at most four times a second; everything else at once. */
const CALM_MS = 250;

function change(tap_id: number, part: Partial<LiveTap>, calm: boolean): void {
  const next = waiting ?? new Map(liveTaps.get());
  next.set(tap_id, { ...(next.get(tap_id) ?? UNTOLD), ...part });
  if (!calm) {
    waiting = null;
    liveTaps.set(next);
    return;
  }
  if (waiting !== null) return;
  waiting = next;
  window.setTimeout(publish, CALM_MS);
}

function publish(): void {
  if (waiting === null) return;
  const next = waiting;
  waiting = null;
  liveTaps.set(next);
}

export function forgetLive(): void {
  waiting = null;
  liveTaps.set(new Map());
}

/** Takes in what needs no fetch. */
export function takeIn(event: TillEvent, now = Date.now()): void {
  if (event.type === 'pour.progress') {
    const { tap_id, grant_id, ml, minor } = event;
    change(tap_id, { pour: { grant_id, ml, minor }, phase: 'pouring', told_at: now }, true);
  } else if (event.type === 'tap.heartbeat') {
    const before = (waiting ?? liveTaps.get()).get(event.tap_id);
    const pour = event.phase === 'pouring' || event.phase === 'closing' ? (before?.pour ?? null) : null;
    change(event.tap_id, { phase: event.phase, pour, told_at: now }, before?.phase === event.phase);
  } else if (event.type === 'reader.changed') {
    liveReader.set(event.state);
  } else if (event.type === 'tap.refused' && event.tap_id !== null) {
    const notice = refusalNotice.safeParse(event.details);
    if (notice.success) change(event.tap_id, { refusal: { ...notice.data, at: now } }, false);
  }
}
