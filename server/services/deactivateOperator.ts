import type { DeactivateOperatorInput, StaffRow } from '#domain/protocol/staff';
import { query } from '../db/query.ts';
import { command } from './support/command.ts';
import type { Actor, Deps } from './support/deps.ts';
import { auditStaff, endSessionsOf, keepAnEngineer, lockManaged, staffAnswer } from './support/staff.ts';

/**
 * Somebody has left: no PIN of theirs opens anything any more, rows that name them stay. Lock: engineers and the operator.
 * @throws DomainError staff.not_found, staff.last_engineer, operator.not_allowed
 */
export async function deactivateOperator(
  deps: Deps,
  actor: Actor,
  input: DeactivateOperatorInput,
): Promise<StaffRow> {
  const { operator_id, reason } = input;
  await command(deps, { procedure: 'staff.deactivate', actor, input }, async (unit) => {
    await keepAnEngineer(unit, await lockManaged(unit, actor, operator_id));
    await query(unit, 'UPDATE operators SET active = false WHERE id = $1', [operator_id]);
    await endSessionsOf(unit, operator_id);
    await auditStaff(unit, actor, { action: 'staff.deactivated', operator_id, reason });
    return { operator_id };
  });
  return staffAnswer(deps, operator_id);
}
