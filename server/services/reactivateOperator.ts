import { DomainError } from '#domain/errors';
import type { StaffRow, UnlockOperatorInput } from '#domain/protocol/staff';
import type { Role } from '#domain/staff/roles';
import { query } from '../db/query.ts';
import { command } from './support/command.ts';
import type { Actor, Deps } from './support/deps.ts';
import { auditStaff, namedOnce, requireManage, staffAnswer } from './support/staff.ts';

/** Somebody is back, with the role and the PIN of before. Lock: operator. @throws DomainError staff.not_found, staff.name_taken, operator.not_allowed */
export async function reactivateOperator(
  deps: Deps,
  actor: Actor,
  input: UnlockOperatorInput,
): Promise<StaffRow> {
  const { operator_id } = input;
  await namedOnce(() =>
    command(deps, { procedure: 'staff.reactivate', actor, input }, async (unit) => {
      const [gone] = await query<{ role: Role }>(
        unit,
        'SELECT role FROM operators WHERE id = $1 AND NOT active FOR NO KEY UPDATE',
        [operator_id],
      );
      if (!gone) throw new DomainError('staff.not_found', { operator_id });
      requireManage(actor, gone.role);
      await query(
        unit,
        'UPDATE operators SET active = true, pin_failures = 0, locked_at = NULL WHERE id = $1',
        [operator_id],
      );
      await auditStaff(unit, actor, { action: 'staff.reactivated', operator_id });
      return { operator_id };
    }),
  );
  return staffAnswer(deps, operator_id);
}
