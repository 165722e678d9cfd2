import { DomainError } from '#domain/errors';
import type { raiseLimitInput } from '#domain/protocol/corrections';
import type { z } from 'zod';
import { query } from '../db/query.ts';
import { appendEvent } from '../events/append.ts';
import type { VisitAnswer } from './openVisit.ts';
import { appendAudit } from './support/appendAudit.ts';
import { requireShiftLead } from './support/approval.ts';
import type { Approver } from './support/approval.ts';
import { by, command } from './support/command.ts';
import type { Actor, Deps } from './support/deps.ts';
import { fundHouse, housePurposeOf } from './support/houseVisits.ts';
import { readSettings } from './support/settings.ts';
import { requireOpenShift } from './support/shift.ts';
import { bumpVersion, lockGuestOfVisit, lockVisit } from './support/visitFor.ts';

export type RaiseLimit = Omit<z.output<typeof raiseLimitInput>, 'approval'> & { approver: Approver | null };

/**
 * More to drink for a guest on this business date, on a shift lead's PIN with a reason; the next date begins with the bar's limit
 * again. Locks: request key → shift (shared) → guest account → visit.
 * @throws DomainError approval.needed, visit.not_found, visit.closed, shift.closed
 */
export async function raiseLimit(deps: Deps, actor: Actor, input: RaiseLimit): Promise<VisitAnswer> {
  const approved = requireShiftLead(input.approver);
  return command(deps, { procedure: 'visit.raiseLimit', actor, input }, async (unit) => {
    const { visit_id, extra, reason } = input;
    const { business_date, shift_id } = await requireOpenShift(unit, deps);
    const { guest_id } = await lockGuestOfVisit(unit, visit_id);
    const visit = await lockVisit(unit, visit_id);
    if (visit.state === 'closed') throw new DomainError('visit.closed', { visit_id, version: visit.version });
    const house = await housePurposeOf(unit, guest_id);
    const counted_in = house === null ? (await readSettings(unit)).service.unit : 'ml';
    const [extra_ml, extra_grams] = counted_in === 'ml' ? [extra, 0] : [0, extra];
    await query(
      unit,
      `INSERT INTO service_allowances (guest_id, business_date, extra_ml, extra_grams, operator_id, approved_by, reason)
       VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      [guest_id, business_date, extra_ml, extra_grams, actor.operator_id, approved.operator_id, reason],
    );
    if (house !== null) await fundHouse(unit, { ml: extra, visit_id, guest_id, shift_id, actor, reason });
    const version = await bumpVersion(unit, visit_id);
    const details = { extra, unit: counted_in, business_date, approved_by: approved.operator_id };
    await appendAudit(unit, {
      action: 'visit.limit_raised',
      ...by(actor),
      visit_id,
      guest_id,
      reason,
      details,
    });
    await appendEvent(unit, deps, {
      type: 'visit.changed',
      visit_id,
      guest_id,
      details: { what: 'limit_raised', extra },
    });
    return { visit_id, version };
  });
}
