import type { Role } from '../staff/roles.ts';

export type RemainderFacts = {
  wish: 'refund' | 'keep';
  balance_minor: number;
  /** of the balance: given by the house, never paid out */
  comped_minor?: number;
  /** a name or a phone: without one nobody could ask for kept money again */
  guest_can_be_found: boolean;
  role: Role;
};

export type RemainderDecision =
  | { outcome: 'nothing' }
  | { outcome: 'refund'; amount_minor: number }
  | { outcome: 'keep' }
  | { outcome: 'unclaimed'; amount_minor: number }
  | { outcome: 'approval_needed' };

/** What becomes of the money when a visit is closed. */
export function decideRemainder(facts: RemainderFacts): RemainderDecision {
  const amount_minor = facts.balance_minor - (facts.comped_minor ?? 0);
  if (amount_minor <= 0) return { outcome: 'nothing' };
  if (facts.wish === 'refund') return { outcome: 'refund', amount_minor };
  if (facts.guest_can_be_found) return { outcome: 'keep' };
  // A guest who left without a name: only a shift lead may say that the money is nobody's.
  if (facts.role === 'cashier') return { outcome: 'approval_needed' };
  return { outcome: 'unclaimed', amount_minor };
}
