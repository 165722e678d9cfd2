import type { GrantWire } from '#domain/protocol/node';
import type { EndReason } from '#domain/pour/statuses';

/** What a decision orders. Each kind has exactly one executor: perform.ts. */
export type Step =
  | {
      readonly kind: 'authorise';
      readonly client_tx_id: string;
      readonly uid: string;
      readonly attempt: number;
      readonly offers_wanted: boolean;
    }
  /** a cleaning begins or ends by a card of the staff */
  | {
      readonly kind: 'clean';
      readonly act: 'start' | 'end';
      readonly client_tx_id: string;
      readonly uid: string;
    }
  | { readonly kind: 'cancel'; readonly client_tx_id: string }
  | {
      readonly kind: 'journal_intent';
      readonly client_tx_id: string;
      readonly grant: GrantWire;
      readonly calibration_version: number;
    }
  /** null: for cleaning */
  | { readonly kind: 'open_valve'; readonly client_tx_id: string | null }
  | { readonly kind: 'close_valve' }
  | {
      readonly kind: 'journal_checkpoint';
      readonly client_tx_id: string;
      readonly pulses: number;
      readonly ml: number;
      readonly duration_ms: number;
    }
  | {
      readonly kind: 'journal_end';
      readonly client_tx_id: string;
      readonly pulses: number;
      readonly ml: number;
      readonly duration_ms: number;
      readonly end_reason: EndReason;
      /** of a pour that ended in a kick */
      readonly kick_ml?: number;
    }
  | { readonly kind: 'progress'; readonly grant_id: string; readonly ml: number }
  | { readonly kind: 'acknowledge_stop'; readonly grant_id: string }
  | {
      readonly kind: 'report_flow';
      readonly flow: 'cleaning' | 'leak' | 'after_close';
      readonly pulses: number;
      readonly ml: number;
    };

export type StepKind = Step['kind'];
export type StepOf<Kind extends StepKind> = Extract<Step, { kind: Kind }>;
