import { isUnsettled } from './states.ts';
import type { GrantState } from './states.ts';

/** What the till knows of a `client_tx_id` that it has seen before. */
export type KnownAttempt = {
  /** the same node, tap, card and boot as the first time */
  same_body: boolean;
  outcome: 'granted' | 'refused' | 'burnt';
  grant: { state: GrantState; lease_over: boolean } | null;
  /** of the card that the grant was given to, and enforced */
  card_lost: boolean;
  shift_open: boolean;
  emergency_stop: boolean;
};

export type ResentDecision = 'same_grant' | 'stored_refusal' | 'grant_over' | 'conflict';

/** H08: an answer is repeated only while it may still be used. */
export function decideResent(known: KnownAttempt): ResentDecision {
  if (!known.same_body) return 'conflict';
  if (known.outcome === 'refused') return 'stored_refusal';
  const usable =
    known.grant?.state === 'open' &&
    !known.grant.lease_over &&
    !known.card_lost &&
    known.shift_open &&
    !known.emergency_stop;
  return usable ? 'same_grant' : 'grant_over';
}

export type CancelDecision =
  | { effect: 'burn' }
  | { effect: 'release'; unlock: boolean }
  | { effect: 'none'; outcome: 'released' | 'burnt' | 'no_change' };

/** An attempt that never opened a valve and never will: `cancel(tx)`, or `hello` that disowns it. */
export function decideCancel(
  known: { outcome: KnownAttempt['outcome']; grant: { state: GrantState } | null } | null,
): CancelDecision {
  if (known === null) return { effect: 'burn' };
  if (known.outcome === 'burnt') return { effect: 'none', outcome: 'burnt' };
  if (known.grant === null) return { effect: 'none', outcome: 'no_change' };
  if (isUnsettled(known.grant.state)) return { effect: 'release', unlock: known.grant.state === 'open' };
  return { effect: 'none', outcome: known.grant.state === 'released' ? 'released' : 'no_change' };
}
