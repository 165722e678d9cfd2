import type { SetPinInput, StaffRow } from '#domain/protocol/staff';
import { hashPin } from '#server/security/pin';
import { query } from '../db/query.ts';
import { command } from './support/command.ts';
import type { Actor, Deps } from './support/deps.ts';
import { auditStaff, endSessionsOf, lockManaged, staffAnswer } from './support/staff.ts';

/**
 * A new PIN for somebody who forgot theirs; it opens a locked operator too, and every till asks for it again.
 * Lock: operator. @throws DomainError staff.not_found, operator.not_allowed
 */
export async function setOperatorPin(deps: Deps, actor: Actor, asked: SetPinInput): Promise<StaffRow> {
  const { pin, ...input } = asked;
  const { operator_id } = input;
  const pin_hash = await hashPin(pin);
  await command(deps, { procedure: 'staff.setPin', actor, input }, async (unit) => {
    await lockManaged(unit, actor, operator_id);
    await query(
      unit,
      'UPDATE operators SET pin_hash = $2, pin_failures = 0, locked_at = NULL WHERE id = $1',
      [operator_id, pin_hash],
    );
    await endSessionsOf(unit, operator_id);
    await auditStaff(unit, actor, { action: 'staff.pin_set', operator_id });
    return { operator_id };
  });
  return staffAnswer(deps, operator_id);
}
