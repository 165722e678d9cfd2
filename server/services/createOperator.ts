import type { CreateOperatorInput, StaffRow } from '#domain/protocol/staff';
import { hashPin } from '#server/security/pin';
import { queryOne } from '../db/query.ts';
import { command } from './support/command.ts';
import type { Actor, Deps } from './support/deps.ts';
import { auditStaff, namedOnce, requireManage, staffAnswer } from './support/staff.ts';

/**
 * A new member of staff with a PIN. The PIN is no part of what makes two requests the same: its hash would be guessed in a
 * moment. @throws DomainError operator.not_allowed, staff.name_taken
 */
export async function createOperator(
  deps: Deps,
  actor: Actor,
  asked: CreateOperatorInput,
): Promise<StaffRow> {
  const { pin, ...input } = asked;
  requireManage(actor, input.role);
  const pin_hash = await hashPin(pin);
  const { operator_id } = await namedOnce(() =>
    command(deps, { procedure: 'staff.create', actor, input }, async (unit) => {
      const { id } = await queryOne<{ id: number }>(
        unit,
        'INSERT INTO operators (name, role, pin_hash) VALUES ($1, $2, $3) RETURNING id',
        [input.name, input.role, pin_hash],
      );
      await auditStaff(unit, actor, {
        action: 'staff.created',
        operator_id: id,
        details: { role: input.role },
      });
      return { operator_id: id };
    }),
  );
  return staffAnswer(deps, operator_id);
}
