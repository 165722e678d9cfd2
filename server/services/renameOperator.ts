import type { RenameOperatorInput, StaffRow } from '#domain/protocol/staff';
import { query } from '../db/query.ts';
import { command } from './support/command.ts';
import type { Actor, Deps } from './support/deps.ts';
import { auditStaff, lockManaged, namedOnce, staffAnswer } from './support/staff.ts';

/** Lock: operator. @throws DomainError staff.not_found, staff.name_taken, operator.not_allowed */
export async function renameOperator(
  deps: Deps,
  actor: Actor,
  input: RenameOperatorInput,
): Promise<StaffRow> {
  const { operator_id, name } = input;
  await namedOnce(() =>
    command(deps, { procedure: 'staff.rename', actor, input }, async (unit) => {
      await lockManaged(unit, actor, operator_id);
      await query(unit, 'UPDATE operators SET name = $2 WHERE id = $1', [operator_id, name]);
      await auditStaff(unit, actor, { action: 'staff.renamed', operator_id });
      return { operator_id };
    }),
  );
  return staffAnswer(deps, operator_id);
}
