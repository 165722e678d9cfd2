import { isAtLeast } from '../staff/roles.ts';
import type { Role } from '../staff/roles.ts';

/** `used_ml`: given on this business date on their word. */
export type Giver = { role: Role; used_ml: number };
export type CapDecision =
  | { outcome: 'allowed'; by: 'actor' | 'approver' }
  | { outcome: 'approval_needed'; needs: Role; left_ml: number };

/** Within one's own daily cap nobody is asked; above it a shift lead answers, within theirs; then an engineer. */
export function decideCap(ask: {
  ml: number;
  actor: Giver;
  approver: Giver | null;
  caps: Readonly<Record<Role, number>>;
}): CapDecision {
  const { ml, actor, approver, caps } = ask;
  const fits = ({ role, used_ml }: Giver) => used_ml + ml <= caps[role];
  if (fits(actor)) return { outcome: 'allowed', by: 'actor' };
  const lead = approver !== null && isAtLeast(approver.role, 'shift_lead');
  if (lead && fits(approver)) return { outcome: 'allowed', by: 'approver' };
  return {
    outcome: 'approval_needed',
    needs: lead || isAtLeast(actor.role, 'shift_lead') ? 'engineer' : 'shift_lead',
    left_ml: Math.max(0, caps[actor.role] - actor.used_ml),
  };
}
