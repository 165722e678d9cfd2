import { DomainError } from '#domain/errors';
import type { ApprovalInput } from '#domain/protocol/approval';
import { isAtLeast } from '#domain/staff/roles';
import type { Role } from '#domain/staff/roles';
import { checkPin } from '#server/security/checkPin';
import type { Deps } from './deps.ts';

/** Who answered for a command in place. Their PIN is checked once, before the command's unit, and stored nowhere. */
export type Approver = { readonly operator_id: number; readonly role: Role };

/**
 * Whose PIN was typed beside the command, if anybody's: counted against the same lock-out as a sign-in.
 * @throws DomainError session.wrong_pin, session.locked
 */
export async function approverOf(
  deps: Deps,
  approval: ApprovalInput | null | undefined,
): Promise<Approver | null> {
  return approval ? takerOf(deps, approval) : null;
}

/** The one whose PIN this is. @throws DomainError session.wrong_pin, session.locked */
export async function takerOf(deps: Deps, approval: ApprovalInput): Promise<Approver> {
  const { id, role } = await checkPin(deps, approval);
  return { operator_id: id, role };
}

/**
 * For what is never done without a shift lead's PIN in place, whoever is signed in.
 * @throws DomainError approval.needed
 */
export function requireShiftLead(approver: Approver | null | undefined): Approver {
  if (!approver || !isAtLeast(approver.role, 'shift_lead'))
    throw new DomainError('approval.needed', { needs: 'shift_lead' });
  return approver;
}

/** For what a shift lead does by their own session and a cashier only with a shift lead's PIN. @throws DomainError approval.needed */
export function shiftLeadOf(actor: Approver, approver: Approver | null | undefined): Approver {
  return isAtLeast(actor.role, 'shift_lead') ? actor : requireShiftLead(approver);
}

/** The role that answers for a command: the approver's where it is more than the caller's. */
export function answering(actor: Pick<Approver, 'role'>, approver: Approver | null | undefined): Role {
  return approver && isAtLeast(approver.role, actor.role) ? approver.role : actor.role;
}

/** For what an engineer does by their own session and a shift lead only with an engineer's PIN. @throws DomainError approval.needed */
export function engineerOf(actor: Approver, approver: Approver | null | undefined): Approver {
  if (isAtLeast(actor.role, 'engineer')) return actor;
  if (approver && isAtLeast(approver.role, 'engineer')) return approver;
  throw new DomainError('approval.needed', { needs: 'engineer', about: 'settings' });
}
