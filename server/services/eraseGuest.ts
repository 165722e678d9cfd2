import { DomainError } from '#domain/errors';
import type { EraseGuestInput, GuestWire } from '#domain/protocol/guests';
import type { Unit } from '../db/inTransaction.ts';
import { guestView } from '../queries/guests.ts';
import { appendAudit } from './support/appendAudit.ts';
import { requireShiftLead } from './support/approval.ts';
import type { Approver } from './support/approval.ts';
import { by, command } from './support/command.ts';
import type { Actor, Deps } from './support/deps.ts';
import { forgetGuest, lockGuest } from './support/guest.ts';
import { postLedger } from './support/postLedger.ts';
import { requireOpenShift } from './support/shift.ts';

export type EraseGuestCommand = Omit<EraseGuestInput, 'approval'> & { approver: Approver };

/**
 * Forgets a person: name and phone are gone, ids stay, so that the books still add up. Not while they are here, and not while
 * the bar holds their money, unless a shift lead books it to `unclaimed`. Locks: shift (share, if money moves) → guest account.
 * @throws DomainError guest.not_found, guest.erased, guest.has_visit, guest.has_money, approval.needed, shift.closed
 */
export async function eraseGuest(deps: Deps, actor: Actor, input: EraseGuestCommand): Promise<GuestWire> {
  const { guest_id, reason, remainder } = input;
  await command(deps, { procedure: 'guest.erase', actor, input }, async (unit) => {
    const approver = requireShiftLead(input.approver);
    const shift_id = remainder === 'unclaimed' ? (await requireOpenShift(unit, deps)).shift_id : null;
    const guest = await lockGuest(unit, guest_id);
    const { active_visit_id: visit_id, balance_minor } = guest;
    if (visit_id !== null) throw new DomainError('guest.has_visit', { guest_id, visit_id });
    if (balance_minor > 0 && shift_id === null)
      throw new DomainError('guest.has_money', { guest_id, balance_minor });
    await bookUnclaimed(unit, { guest, shift_id, actor, reason });
    await forgetGuest(unit, guest_id, deps.clock.now());
    await appendAudit(unit, {
      action: 'guest.erased',
      ...by(actor),
      guest_id,
      reason,
      details: { unclaimed_minor: balance_minor, approved_by: approver.operator_id },
    });
    return { guest_id };
  });
  return guestView(deps.sequelize, guest_id);
}

async function bookUnclaimed(
  unit: Unit,
  book: { guest: GuestWire; shift_id: number | null; actor: Actor; reason: string },
): Promise<void> {
  const { guest_id, balance_minor } = book.guest;
  await postLedger(unit, {
    kind: 'unclaimed',
    shift_id: book.shift_id,
    guest_id,
    ...by(book.actor),
    reason: book.reason,
    lines: [
      { account: { kind: 'guest', guest_id }, amount_minor: 0 - balance_minor },
      { account: { kind: 'unclaimed' }, amount_minor: balance_minor },
    ],
  });
}
