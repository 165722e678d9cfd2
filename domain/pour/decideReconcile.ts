import type { ErrorCode } from '../errors.ts';
import type { GrantState } from '../grant/states.ts';
import type { Flags } from '../flags.ts';

/** What stands when a cashier enters a pour by hand. */
export type ReconcileFacts = {
  flags: Flags;
  shift_open: boolean;
  /** of the named visit; null: the visit has no such grant */
  grant: {
    state: GrantState;
    lease_over: boolean;
    lease_left_ms: number;
    short_id: string;
    limit_ml: number;
    overshoot_ml: number;
    /** of the pour, when the grant has ended */
    billed_ml: number | null;
  } | null;
  /** codes of the visit's other unsettled grants, with their tap's number */
  others: readonly { short_id: string; tap_number: number }[];
  ml: number;
  /** digits only; null: no code visible */
  short_id: string | null;
  /** a shift lead's PIN was checked */
  approved: boolean;
};

export type ReconcileDecision =
  | { effect: 'reconcile'; unlock: boolean }
  | { effect: 'same_result' }
  | { effect: 'refuse'; code: ErrorCode; params: Readonly<Record<string, string | number | null>> };

const refuse = (
  code: ErrorCode,
  params: Readonly<Record<string, string | number | null>> = {},
): ReconcileDecision => ({
  effect: 'refuse',
  code,
  params,
});

/** H06, H15, H16: only when the valve is provably shut, and only on the grant that is named. */
export function decideReconcile(facts: ReconcileFacts): ReconcileDecision {
  const { grant, ml } = facts;
  if (grant === null) return refuse('grant.not_found');
  if (grant.state === 'manual')
    return grant.billed_ml === ml ? { effect: 'same_result' } : refuse('request.conflict', ended(grant));
  if (grant.state === 'settled' || grant.state === 'released') return refuse('grant.ended', ended(grant));
  if (!facts.shift_open) return refuse('shift.closed');
  if (!grant.lease_over)
    return refuse('grant.pour_may_run', { seconds_left: Math.max(1, Math.ceil(grant.lease_left_ms / 1000)) });
  const most_ml = grant.limit_ml + grant.overshoot_ml;
  if (ml > most_ml) return refuse('grant.above_limit', { max_ml: most_ml });
  return codeRefusal(facts, grant.short_id) ?? { effect: 'reconcile', unlock: grant.state === 'open' };
}

const ended = (grant: { state: GrantState; billed_ml: number | null }) => ({
  state: grant.state,
  ml: grant.billed_ml ?? 0,
});

function codeRefusal(facts: ReconcileFacts, code: string): ReconcileDecision | null {
  if (facts.short_id !== null && facts.short_id !== code) {
    const other = facts.others.find(({ short_id }) => short_id === facts.short_id);
    return other ? refuse('grant.code_of_other', { ...other }) : refuse('grant.code_wrong');
  }
  const needsApproval = facts.short_id === null || !facts.flags.FF_MANUAL_POUR_RECONCILE;
  return needsApproval && !facts.approved ? refuse('approval.needed', { role: 'shift_lead' }) : null;
}
