import type { z } from 'zod';
import type { refundInput } from '#domain/protocol/till';
import { appendEvent } from '../events/append.ts';
import type { VisitAnswer } from './openVisit.ts';
import { appendAudit } from './support/appendAudit.ts';
import type { Approver } from './support/approval.ts';
import { by, command } from './support/command.ts';
import type { Actor, Deps } from './support/deps.ts';
import { giveBack } from './support/giveBack.ts';
import { bumpVersion, shiftOf, visitFor } from './support/visitFor.ts';

export type RefundInput = Omit<z.output<typeof refundInput>, 'approval'> & { approver?: Approver | null };

/**
 * Gives money back, never what an unsettled grant may still take, and by the way it came (another way needs a shift
 * lead, signed in or by PIN in place). Locks: shift (share) → guest account → visit.
 */
export async function refund(deps: Deps, actor: Actor, input: RefundInput): Promise<VisitAnswer> {
  return command(deps, { procedure: 'visit.refund', actor, input }, async (unit) => {
    const { visit_id, expected_version, amount_minor, method, reason, approver } = input;
    const found = await visitFor(unit, deps, { action: 'refund', actor, visit_id, expected_version });
    const shift_id = shiftOf(found);
    const { given_minor } = await giveBack(unit, found, {
      amount_minor,
      method,
      reason,
      shift_id,
      actor,
      approver,
    });
    const { guest_id } = found.guest;
    const version = await bumpVersion(unit, visit_id);
    await appendAudit(unit, {
      action: 'visit.refunded',
      ...by(actor),
      visit_id,
      guest_id,
      reason,
      details: { amount_minor, given_minor, method, ...(approver && { approved_by: approver.operator_id }) },
    });
    await appendEvent(unit, deps, {
      type: 'visit.changed',
      visit_id,
      guest_id,
      details: { what: 'refunded', amount_minor },
    });
    return { visit_id, version };
  });
}
