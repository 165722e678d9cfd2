import type { Role } from '../staff/roles.ts';

export type RefundFacts = {
  amount_minor: number;
  /** balance less what unsettled grants reserve */
  free_minor: number;
  /** top-ups less refunds of this guest by the method asked for */
  taken_by_method_minor: number;
  role: Role;
};

export type RefundDecision =
  | { outcome: 'allowed' }
  | { outcome: 'above_free_balance' }
  /** Money goes back the way it came; another way is a shift lead's decision. */
  | { outcome: 'approval_needed'; available_minor: number };

export function decideRefund(facts: RefundFacts): RefundDecision {
  if (facts.amount_minor > facts.free_minor) return { outcome: 'above_free_balance' };
  if (facts.role === 'cashier' && facts.amount_minor > facts.taken_by_method_minor)
    return { outcome: 'approval_needed', available_minor: Math.max(0, facts.taken_by_method_minor) };
  return { outcome: 'allowed' };
}
