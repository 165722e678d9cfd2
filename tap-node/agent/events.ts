import type { AuthoriseAnswer, NodeConfig } from '#domain/protocol/node';
import type { Fault } from './state.ts';

/** Everything that can happen to a tap. Random numbers come with the event, so that `decide` stays pure. */
export type TapEvent =
  | { readonly kind: 'tick' }
  | { readonly kind: 'config'; readonly config: NodeConfig }
  | { readonly kind: 'link'; readonly up: boolean }
  | { readonly kind: 'card_laid'; readonly uid: string; readonly client_tx_id: string }
  | { readonly kind: 'card_removed' }
  /** `pulses` since this process started */
  | { readonly kind: 'meter'; readonly pulses: number }
  | { readonly kind: 'authorise_answered'; readonly client_tx_id: string; readonly answer: AuthoriseAnswer }
  | { readonly kind: 'authorise_failed'; readonly client_tx_id: string; readonly retry_in_ms: number }
  | {
      readonly kind: 'clean_answered';
      readonly client_tx_id: string;
      readonly outcome: 'started' | 'ended' | 'refused';
    }
  | { readonly kind: 'clean_failed'; readonly client_tx_id: string; readonly retry_in_ms: number }
  | { readonly kind: 'cancelled'; readonly client_tx_id: string }
  | { readonly kind: 'intent_durable'; readonly client_tx_id: string; readonly seq: number }
  | {
      readonly kind: 'intent_failed';
      readonly client_tx_id: string;
      readonly why: 'journal_full' | 'journal_failed';
    }
  | { readonly kind: 'checkpoint_done'; readonly client_tx_id: string }
  | { readonly kind: 'end_durable'; readonly client_tx_id: string }
  | { readonly kind: 'end_failed'; readonly client_tx_id: string; readonly retry_in_ms: number }
  | { readonly kind: 'verdict'; readonly client_tx_id: string }
  | { readonly kind: 'stop_grant'; readonly grant_id: string }
  | { readonly kind: 'emergency_stop'; readonly on: boolean }
  | { readonly kind: 'journal_room'; readonly full: boolean }
  | { readonly kind: 'fault'; readonly fault: Fault }
  | { readonly kind: 'fault_over'; readonly fault: Fault };
