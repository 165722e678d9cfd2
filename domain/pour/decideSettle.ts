import { isUnsettled } from '../grant/states.ts';
import type { GrantState } from '../grant/states.ts';
import type { Verdict } from './statuses.ts';

export const QUARANTINE_REASONS = [
  'invalid_report',
  'not_this_nodes_tap',
  'other_facts',
  'unknown_grant',
  'facts_do_not_belong_together',
  /** a rule of the database stood against it: the program is wrong, and the volume is shown */
  'not_bookable',
] as const;
export type QuarantineReason = (typeof QUARANTINE_REASONS)[number];

/** What stands when an authentic report arrives. */
export type SettleFacts = {
  metered_ml: number;
  /** the node is paired with the tap, or the grant was given to this node */
  may_speak: boolean;
  /** a stored report with this client_tx_id and these very facts */
  same_report: { quarantined: boolean } | null;
  /** a stored report of this client_tx_id that was not quarantined */
  first_report: boolean;
  /** the client_tx_id has an attempt with a grant */
  grant: {
    state: GrantState;
    /** grant id, client_tx_id, tap and code of the report are this grant's */
    belongs: boolean;
    /** what was entered by hand */
    manual_ml: number | null;
  } | null;
};

export type SettleDecision =
  | { effect: 'repeat'; verdict: Verdict }
  | { effect: 'quarantine'; verdict: 'quarantined'; reason: QuarantineReason; keg_ml: number; burn: boolean }
  | { effect: 'settle'; verdict: 'accepted'; to: 'settled' | 'released'; keg_ml: number; unlock: boolean }
  | {
      effect: 'late';
      verdict: 'late_sync_matched' | 'late_sync_mismatch';
      /** signed: meter − manual */
      keg_ml: number;
      review: boolean;
    }
  | { effect: 'record'; verdict: 'accepted'; keg_ml: number; review: boolean };

const quarantine = (reason: QuarantineReason, keg_ml = 0, burn = false): SettleDecision => ({
  effect: 'quarantine',
  verdict: 'quarantined',
  reason,
  keg_ml,
  burn,
});

/** The column of 10-grants' table for one report. Never a refusal: every authentic report gets a verdict. */
export function decideSettle(facts: SettleFacts): SettleDecision {
  if (facts.same_report !== null)
    return { effect: 'repeat', verdict: facts.same_report.quarantined ? 'quarantined' : 'duplicate' };
  if (!facts.may_speak) return quarantine('not_this_nodes_tap');
  if (facts.first_report) return quarantine('other_facts');
  const { grant, metered_ml } = facts;
  if (grant === null) return quarantine('unknown_grant', metered_ml, true);
  if (!grant.belongs) return quarantine('facts_do_not_belong_together');
  if (isUnsettled(grant.state))
    return {
      effect: 'settle',
      verdict: 'accepted',
      to: metered_ml > 0 ? 'settled' : 'released',
      keg_ml: metered_ml,
      unlock: grant.state === 'open',
    };
  if (grant.state === 'manual') return late(metered_ml, grant.manual_ml ?? 0);
  return { effect: 'record', verdict: 'accepted', keg_ml: metered_ml, review: metered_ml > 0 };
}

/** The meter replaces the hand at the keg; money stays where it is. */
function late(metered_ml: number, manual_ml: number): SettleDecision {
  const matched = metered_ml === manual_ml;
  return {
    effect: 'late',
    verdict: matched ? 'late_sync_matched' : 'late_sync_mismatch',
    keg_ml: metered_ml - manual_ml,
    review: !matched,
  };
}
