import { DomainError } from '#domain/errors';
import type { SetStaffInput, StaffSet } from '#domain/protocol/prices';
import { query } from '../db/query.ts';
import { appendAudit } from './support/appendAudit.ts';
import { by, command } from './support/command.ts';
import type { Actor, Deps } from './support/deps.ts';

/** Does this guest drink at the staff's price? For the next grant, not for one that is out. @throws guest.not_found */
export async function setStaff(deps: Deps, actor: Actor, input: SetStaffInput): Promise<StaffSet> {
  return command(deps, { procedure: 'price.setStaff', actor, input }, async (unit) => {
    const { guest_id, staff, reason } = input;
    const [guest] = await query(unit, 'UPDATE guests SET staff = $2 WHERE id = $1 RETURNING id', [
      guest_id,
      staff,
    ]);
    if (!guest) throw new DomainError('guest.not_found', { guest_id });
    await appendAudit(unit, {
      action: 'guest.staff_set',
      ...by(actor),
      guest_id,
      reason,
      details: { staff },
    });
    return { guest_id, staff };
  });
}
