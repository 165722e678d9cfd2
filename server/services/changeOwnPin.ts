import type { Done } from '#domain/protocol/access';
import type { ChangeOwnPinInput } from '#domain/protocol/staff';
import { checkPin } from '#server/security/checkPin';
import { hashPin } from '#server/security/pin';
import { inTransaction } from '../db/inTransaction.ts';
import { query } from '../db/query.ts';
import type { Actor, Deps } from './support/deps.ts';
import { auditStaff } from './support/staff.ts';

/** One's own PIN, by the one of until now; wrong ones count. Lock: operator. @throws DomainError session.wrong_pin, session.locked */
export async function changeOwnPin(deps: Deps, actor: Actor, input: ChangeOwnPinInput): Promise<Done> {
  const { operator_id } = actor;
  await checkPin(deps, { operator_id, pin: input.pin });
  const pin_hash = await hashPin(input.new_pin);
  await inTransaction(deps.sequelize, async (unit) => {
    await query(unit, 'UPDATE operators SET pin_hash = $2 WHERE id = $1', [operator_id, pin_hash]);
    await auditStaff(unit, actor, { action: 'staff.own_pin_changed', operator_id });
  });
  return { done: true };
}
