import type { GrantState } from './states.ts';

export type ForceUnlockDecision =
  /** the pour may still come: the limit stays reserved until a report or a manual entry */
  { effect: 'orphan'; make_pending: boolean } | { effect: 'refuse'; code: 'visit.not_locked' };

/** Only a set lock can be forced, and a lock is set exactly while its grant is open (invariant 8). */
export function decideForceUnlock(
  locked: { state: GrantState; lease_over: boolean } | null,
): ForceUnlockDecision {
  if (locked?.state !== 'open') return { effect: 'refuse', code: 'visit.not_locked' };
  return { effect: 'orphan', make_pending: !locked.lease_over };
}

export type LeaseEndDecision = { effect: 'lease_over'; make_pending: boolean } | { effect: 'none' };

/** The lock stays: only sync, a manual entry or a force unlock clears it. */
export function decideLeaseEnd(grant: { state: GrantState; lease_over: boolean }): LeaseEndDecision {
  if (grant.lease_over || (grant.state !== 'open' && grant.state !== 'orphaned')) return { effect: 'none' };
  return { effect: 'lease_over', make_pending: grant.state === 'open' };
}
