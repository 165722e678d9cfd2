import type { StaffRow, UnlockOperatorInput } from '#domain/protocol/staff';
import { query } from '../db/query.ts';
import { command } from './support/command.ts';
import type { Actor, Deps } from './support/deps.ts';
import { auditStaff, lockManaged, staffAnswer } from './support/staff.ts';

/** After five wrong PINs; the PIN stays what it is. Lock: operator. @throws DomainError staff.not_found, operator.not_allowed */
export async function unlockOperator(
  deps: Deps,
  actor: Actor,
  input: UnlockOperatorInput,
): Promise<StaffRow> {
  const { operator_id } = input;
  await command(deps, { procedure: 'staff.unlock', actor, input }, async (unit) => {
    await lockManaged(unit, actor, operator_id);
    await query(unit, 'UPDATE operators SET pin_failures = 0, locked_at = NULL WHERE id = $1', [operator_id]);
    await auditStaff(unit, actor, { action: 'staff.unlocked', operator_id });
    return { operator_id };
  });
  return staffAnswer(deps, operator_id);
}
