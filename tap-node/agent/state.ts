import type { GrantWire, NodeConfig, RefusalWire, TapConfig } from '#domain/protocol/node';
import type { NodeRefusalCode } from '#domain/grant/refusals';
import type { EndReason } from '#domain/pour/statuses';
import type { TapOffer } from '#domain/tap/offers';
import { UNWATCHED } from './flowWatch.ts';
import type { FlowWatch, Pace } from './flowWatch.ts';

/** All times are of the node's monotonic clock, in milliseconds. */
export type Card = {
  readonly uid: string;
  /** drawn anew at each presentation, never from a counter */
  readonly client_tx_id: string;
  /** this presentation had its attempt: the card must be lifted and laid again for another */
  readonly used: boolean;
};

type AttemptOf<Stage> = Stage & {
  readonly client_tx_id: string;
  readonly uid: string;
  /** the card was lifted; the attempt outlives that by the grace only */
  readonly away_since: number | null;
};
/** Not sent yet: the cancel of this tap's previous attempt is still on its way. */
export type QueuedAttempt = AttemptOf<{ readonly stage: 'queued'; readonly since: number }>;
export type AskingAttempt = AttemptOf<{
  readonly stage: 'asking';
  readonly first_sent_at: number;
  readonly tries: number;
  /** false: a card of the staff that has chosen to pour */
  readonly offers_wanted: boolean;
  /** null while a call is on its way */
  readonly retry_at: number | null;
}>;
type WithGrant = { readonly first_sent_at: number; readonly grant: GrantWire; readonly granted_at: number };
/** Granted, but the card is lifted at this moment. No intent yet. */
export type GrantedAttempt = AttemptOf<{ readonly stage: 'granted' } & WithGrant>;
/** The journal is writing the intent. From here on the grant ends by a settle only. */
export type IntendingAttempt = AttemptOf<{ readonly stage: 'intending' } & WithGrant>;
export type Attempt = QueuedAttempt | AskingAttempt | GrantedAttempt | IntendingAttempt;

export type PourStage =
  /** the valve is open */
  | 'flowing'
  /** the card is lifted: valve closed, the grace runs */
  | 'held'
  /** valve closed for good; the tail is still being measured */
  | 'closing'
  /** the end is being written */
  | 'ending';

/** How fast it runs: pulses since `since`; how long beer ran and how fast at most; what came much faster than that. */
export type Burst = {
  readonly since: number;
  readonly pulses: number;
  readonly beer_ml_s: number;
  readonly beer_ms: number;
  readonly ml: number;
};

export type Pour = {
  readonly stage: PourStage;
  readonly grant: GrantWire;
  readonly granted_at: number;
  readonly first_sent_at: number;
  readonly uid: string;
  readonly seq: number;
  readonly pulses_per_litre: number;
  readonly calibration_version: number;
  /** null: the valve never opened */
  readonly opened_at: number | null;
  readonly closed_at: number | null;
  readonly away_since: number | null;
  readonly pulses: number;
  readonly ml: number;
  readonly ml_at_close: number;
  readonly last_flow_at: number;
  readonly burst: Burst;
  readonly pace: Pace;
  readonly end_reason: EndReason | null;
  /** when to try again to write the end */
  readonly end_retry_at: number | null;
  readonly checkpoint: { readonly at: number; readonly ml: number; readonly writing: boolean };
  readonly progress: { readonly at: number; readonly ml: number };
};

/** A finished pour without a verdict of the till. */
export type UnsyncedPour = {
  readonly client_tx_id: string;
  readonly grant_id: string;
  readonly short_id: string;
  readonly ml: number;
  readonly price_minor_per_litre: number;
  readonly language: 'ru' | 'en' | null;
  /** the till's lease is over by then: the code may be shown */
  readonly code_at: number;
};

export type ShownRefusal = {
  readonly since: number;
  readonly what:
    | { readonly by: 'till'; readonly refusal: RefusalWire }
    | { readonly by: 'node'; readonly code: NodeRefusalCode };
};

/** The valve is open for cleaning, for as long as the card lies there. */
export type Rinse = {
  readonly stage: 'rinsing';
  readonly uid: string;
  readonly opened_at: number;
  readonly last_flow_at: number;
  /** lifted, and the valve closed; the grace runs */
  readonly away_since: number | null;
  readonly pulses: number;
  readonly ml: number;
  /** the till has said that this tap is being cleaned */
  readonly confirmed: boolean;
};

/** A card of the staff lies here and does no pour. */
export type StaffCard =
  | {
      readonly stage: 'offered';
      readonly client_tx_id: string;
      readonly uid: string;
      readonly first_sent_at: number;
      readonly tries: number;
      readonly away_since: number | null;
      readonly offers: readonly TapOffer[];
      /** what is done if the card stays */
      readonly offer: TapOffer;
      readonly since: number;
      readonly refusal: RefusalWire;
    }
  /** the till is told that a cleaning begins or ends */
  | {
      readonly stage: 'telling';
      readonly act: 'start' | 'end';
      readonly client_tx_id: string;
      readonly uid: string;
      readonly since: number;
      readonly retry_at: number | null;
      readonly refusal: RefusalWire;
    }
  | Rinse;

export type Fault = 'valve' | 'meter' | 'reader' | 'journal';

export type TapState = {
  readonly tap_id: number;
  readonly boot_id: string;
  readonly config: { readonly bar: Omit<NodeConfig, 'taps'>; readonly tap: TapConfig } | null;
  /** the till answered within the last five seconds, and hello's unsettled grants are answered */
  readonly online: boolean;
  readonly emergency_stop: boolean;
  readonly journal_full: boolean;
  readonly faults: readonly Fault[];
  /** grants that must not open, also those not heard of yet */
  readonly stops: readonly string[];
  readonly card: Card | null;
  readonly attempt: Attempt | null;
  readonly pour: Pour | null;
  readonly staff: StaffCard | null;
  /** what the latest cleaning by card has let through since its valve opened; null: there was none */
  readonly rinsed_pulses: number | null;
  readonly flow: FlowWatch;
  /** what a card of the staff was offered when it was lifted */
  readonly last_offer: { readonly uid: string; readonly offer: TapOffer; readonly at: number } | null;
  readonly unsynced: readonly UnsyncedPour[];
  /** attempts whose cancel the till has not confirmed */
  readonly cancelling: readonly string[];
  readonly refusal: ShownRefusal | null;
  /** what flows on after the valve got its order to close, learned from pour to pour */
  readonly overshoot_ml: number;
  readonly meter_pulses: number | null;
  /** flow that belongs to no pour */
  readonly stray: { readonly since: number; readonly pulses: number; readonly cleaning: boolean } | null;
  readonly last_end_at: number | null;
  /** the last pour that the till confirmed; the guest sees it for a moment */
  readonly saved: { readonly at: number; readonly pour: UnsyncedPour } | null;
};

export type TapPhase =
  | 'idle'
  | 'asking'
  | 'pouring'
  | 'closing'
  | 'processing_sync'
  | 'cleaning'
  | 'offline'
  | 'emergency_stop'
  | 'fault';

/** The one word for what a tap does, as the heartbeat says it. */
export function phaseOf(state: TapState): TapPhase {
  if (state.pour)
    return state.pour.stage === 'flowing' || state.pour.stage === 'held' ? 'pouring' : 'closing';
  if (state.emergency_stop) return 'emergency_stop';
  if (state.unsynced.length > 0) return 'processing_sync';
  if (state.faults.length > 0) return 'fault';
  if (state.staff?.stage === 'rinsing') return 'cleaning';
  if (state.attempt || state.staff) return 'asking';
  if (!state.online || state.config === null || state.journal_full) return 'offline';
  if (state.config.tap.status === 'cleaning') return 'cleaning';
  return 'idle';
}

/**
 * Whether a card that is laid now may ask the till. Everything else the till decides and puts into words. While the tap is
 * cleaned it is a card of the staff that has something to ask.
 */
export function mayAsk(state: TapState): boolean {
  if (state.config === null || state.staff) return false;
  const phase = phaseOf(state);
  return phase === 'cleaning' || (phase === 'idle' && state.config.tap.status !== 'disabled');
}

/** Looked at when the grant arrives and again when its intent is durable: a stop may have overtaken it (H14). */
export function mustNotOpen(state: TapState, grant: GrantWire): boolean {
  return state.emergency_stop || state.faults.length > 0 || state.stops.includes(grant.grant_id);
}

export type Boot = {
  readonly tap_id: number;
  readonly boot_id: string;
  readonly unsynced: readonly UnsyncedPour[];
  readonly overshoot_ml: number;
};

export function startState(boot: Boot): TapState {
  return {
    ...boot,
    config: null,
    online: false,
    emergency_stop: false,
    journal_full: false,
    faults: [],
    stops: [],
    card: null,
    attempt: null,
    pour: null,
    staff: null,
    rinsed_pulses: null,
    flow: UNWATCHED,
    last_offer: null,
    cancelling: [],
    refusal: null,
    meter_pulses: null,
    stray: null,
    last_end_at: null,
    saved: null,
  };
}
