import type { TillLife } from '#domain/node/tillLife';
import type { EndReason, Verdict } from '#domain/pour/statuses';

/** What the intent keeps of a grant. No name, no balance, no card: personal data stay at the till. */
export type IntentBody = {
  readonly grant_id: string;
  readonly short_id: string;
  readonly price_minor_per_litre: number;
  readonly limit_ml: number;
  readonly calibration_version: number;
  readonly boot_id: string;
};
/** How far the pour had come: what a power cut leaves. */
export type CheckpointBody = { readonly pulses: number; readonly ml: number; readonly duration_ms: number };
export type EndBody = CheckpointBody & {
  /** of a pour that ended in a kick: the part of `ml` that was the keg's last burst */
  readonly kick_ml?: number;
  readonly end_reason: EndReason;
  /** the boot that wrote the end: only it knows the pour's age */
  readonly ended_boot_id: string;
};
export type VerdictBody = { readonly verdict: Verdict };

export type RowOf<Kind extends string, Body> = {
  readonly kind: Kind;
  readonly tap_id: number;
  readonly seq: number;
  readonly client_tx_id: string;
  readonly body: Body;
};
export type JournalRow =
  | RowOf<'intent', IntentBody>
  | RowOf<'checkpoint', CheckpointBody>
  | RowOf<'end', EndBody>
  | RowOf<'verdict', VerdictBody>;

/** A finished pour as it will be reported, with the price that its guest was promised. */
export type FinishedPour = {
  readonly tap_id: number;
  readonly seq: number;
  readonly client_tx_id: string;
  readonly intent: IntentBody;
  readonly end: EndBody;
};

/** Flow that belongs to no pour, written down before it is reported. */
export type JournalledFlow = {
  readonly flow_id: string;
  readonly tap_id: number;
  readonly kind: 'cleaning' | 'leak' | 'after_close';
  readonly pulses: number;
  readonly ml: number;
};

export type TapMark = { readonly tap_id: number; readonly seq_high: number; readonly meter_total_ml: number };

/** What a journal tells about itself when it is opened. */
export type Opened = {
  readonly journal_id: string;
  readonly incarnation: string | null;
  /** the till that was heard last, and how far it had come */
  readonly till: TillLife | null;
  readonly marks: readonly TapMark[];
  /** every pour that this journal holds rows of: the till never disowns these */
  readonly journalled: readonly string[];
  /** finished and without a verdict, in the order in which they must be reported */
  readonly unsynced: readonly FinishedPour[];
  /** flow that the till has not confirmed */
  readonly flows: readonly JournalledFlow[];
  /** pours that a power cut ended, already closed in the journal */
  readonly recovered: readonly string[];
  /** a sentence when the file was damaged and a new journal was begun */
  readonly damage: string | null;
};
