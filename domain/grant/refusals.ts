/** Why a card may not pour, in the order of the gates. The closed list of 02-domain; the node adds its own two. */
export const REFUSAL_CODES = [
  'node_not_allowed',
  'node_outdated',
  'shift_closed',
  'emergency_stop',
  'tap_unavailable',
  'tap_processing_sync',
  'no_keg',
  'card_unknown',
  'lost_card',
  'no_active_visit',
  'guest_blocked',
  'debt_open',
  'card_in_use_here',
  'card_in_use_on_other_tap',
  'service_limit',
  'insufficient_funds',
  'grant_over',
] as const;
export type RefusalCode = (typeof REFUSAL_CODES)[number];

/** Only the node itself says these. */
export const NODE_REFUSAL_CODES = ['backend_unreachable', 'journal_full'] as const;
export type NodeRefusalCode = (typeof NODE_REFUSAL_CODES)[number];

/** What the person should do next; the till turns it into a button, the guest reads it in the sentence. */
export const NEXT_ACTIONS = [
  'none',
  'pair_tap',
  'update_node',
  'open_shift',
  'end_emergency_stop',
  'use_other_tap',
  'wait_for_sync',
  'change_keg',
  'add_card_to_pool',
  'take_card',
  'open_visit',
  'talk_to_guest',
  'settle_debt',
  'finish_pour',
  'raise_limit',
  'top_up',
  'lay_card_again',
] as const;
export type NextAction = (typeof NEXT_ACTIONS)[number];
