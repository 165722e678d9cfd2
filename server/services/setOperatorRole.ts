import type { SetRoleInput, StaffRow } from '#domain/protocol/staff';
import { query } from '../db/query.ts';
import { command } from './support/command.ts';
import type { Actor, Deps } from './support/deps.ts';
import { auditStaff, keepAnEngineer, lockManaged, requireManage, staffAnswer } from './support/staff.ts';

/**
 * What somebody may do, from their next call on. Lock: engineers and the operator.
 * @throws DomainError staff.not_found, staff.last_engineer, operator.not_allowed
 */
export async function setOperatorRole(deps: Deps, actor: Actor, input: SetRoleInput): Promise<StaffRow> {
  const { operator_id, role, reason } = input;
  await command(deps, { procedure: 'staff.setRole', actor, input }, async (unit) => {
    const before = await lockManaged(unit, actor, operator_id);
    requireManage(actor, role);
    if (role !== 'engineer') await keepAnEngineer(unit, before);
    await query(unit, 'UPDATE operators SET role = $2 WHERE id = $1', [operator_id, role]);
    const details = { role, before: before.role };
    await auditStaff(unit, actor, { action: 'staff.role_set', operator_id, reason, details });
    return { operator_id };
  });
  return staffAnswer(deps, operator_id);
}
