import { DomainError } from '#domain/errors';
import type { ClaimMoneyAnswer, ClaimMoneyInput } from '#domain/protocol/guests';
import { queryOne } from '../db/query.ts';
import { appendEvent } from '../events/append.ts';
import { unclaimedOf } from '../queries/unclaimed.ts';
import { appendAudit } from './support/appendAudit.ts';
import { requireShiftLead } from './support/approval.ts';
import type { Approver } from './support/approval.ts';
import { by, command } from './support/command.ts';
import type { Actor, Deps } from './support/deps.ts';
import { lockGuest } from './support/guest.ts';
import { postLedger } from './support/postLedger.ts';
import { requireOpenShift } from './support/shift.ts';
import { bumpVersion } from './support/visitFor.ts';

export type ClaimMoney = Omit<ClaimMoneyInput, 'approval'> & { approver: Approver | null };

/**
 * A guest came back for what was booked to `unclaimed`: it is on their account again, by a shift lead's PIN, and never more than
 * was taken of this guest. Locks: shift (share) → guest account → visit.
 * @throws DomainError approval.needed, shift.closed, guest.not_found, guest.erased, money.above_unclaimed
 */
export async function claimMoney(deps: Deps, actor: Actor, input: ClaimMoney): Promise<ClaimMoneyAnswer> {
  const approved = requireShiftLead(input.approver);
  return command(deps, { procedure: 'guest.claimMoney', actor, input }, async (unit) => {
    const { guest_id, amount_minor, reason } = input;
    const { shift_id } = await requireOpenShift(unit, deps);
    const { balance_minor, active_visit_id: visit_id } = await lockGuest(unit, guest_id);
    const { unclaimed_minor } = await queryOne<{ unclaimed_minor: number }>(
      unit,
      `SELECT ${unclaimedOf('$1')} AS unclaimed_minor`,
      [guest_id],
    );
    if (amount_minor > unclaimed_minor)
      throw new DomainError('money.above_unclaimed', { guest_id, unclaimed_minor });
    const transaction_id = await postLedger(unit, {
      kind: 'unclaimed',
      shift_id,
      visit_id,
      guest_id,
      ...by(actor),
      reason,
      lines: [
        { account: { kind: 'unclaimed' }, amount_minor: -amount_minor },
        { account: { kind: 'guest', guest_id }, amount_minor },
      ],
    });
    if (visit_id !== null) await bumpVersion(unit, visit_id);
    await appendAudit(unit, {
      action: 'guest.money_claimed',
      ...by(actor),
      guest_id,
      visit_id,
      reason,
      details: { amount_minor, transaction_id, approved_by: approved.operator_id },
    });
    await appendEvent(unit, deps, {
      type: 'visit.changed',
      visit_id,
      guest_id,
      details: { what: 'guest.money_claimed', amount_minor },
    });
    return {
      guest_id,
      balance_minor: balance_minor + amount_minor,
      unclaimed_minor: unclaimed_minor - amount_minor,
    };
  });
}
