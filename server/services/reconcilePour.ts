import type { z } from 'zod';
import { DomainError } from '#domain/errors';
import { decideReconcile } from '#domain/pour/decideReconcile';
import type { ReconcileDecision } from '#domain/pour/decideReconcile';
import type { reconcileInput } from '#domain/protocol/till';
import { isAtLeast } from '#domain/staff/roles';
import type { Role } from '#domain/staff/roles';
import type { Unit } from '../db/inTransaction.ts';
import { query, queryOne } from '../db/query.ts';
import type { VisitAnswer } from './openVisit.ts';
import { appendAudit } from './support/appendAudit.ts';
import { billGrant } from './support/billGrant.ts';
import { by, command } from './support/command.ts';
import type { Actor, Deps } from './support/deps.ts';
import { lookAtKeg } from './support/emptyKeg.ts';
import { readFlags } from './support/flags.ts';
import { findGrant, lockGrant } from './support/grantRow.ts';
import type { GrantRow } from './support/grantRow.ts';
import { lockTap } from './support/locks.ts';
import { endGrant, freeTap, tellGrantMoved } from './support/moveGrant.ts';
import { moveKeg } from './support/moveKeg.ts';
import { recordManualPour } from './support/recordPour.ts';
import { readSettings } from './support/settings.ts';
import { shareOpenShift } from './support/shift.ts';
import { bumpVersion, lockGuestOfVisit, lockVisit } from './support/visitFor.ts';

/** `approver`: whose PIN was checked beside the command, if anybody's. */
export type ReconcileCommand = Omit<z.output<typeof reconcileInput>, 'approval'> & {
  approver: { operator_id: number; role: Role } | null;
};

type Ground = { actor: Actor; input: ReconcileCommand; grant: GrantRow | null; balance_minor: number };

/**
 * A pour entered by hand in place of a report that has not come: charges the named grant once and consumes it, so that a
 * later report can never charge it again. Only when the valve is provably shut.
 * Locks: request key → shift (shared) → guest account → visit → tap → grant → pour → keg.
 * @throws DomainError as decideReconcile says
 */
export async function reconcilePour(deps: Deps, actor: Actor, input: ReconcileCommand): Promise<VisitAnswer> {
  return command(deps, { procedure: 'pour.reconcile', actor, input }, async (unit) => {
    const shift = (await shareOpenShift(unit, deps)) ?? null;
    const { balance_minor } = await lockGuestOfVisit(unit, input.visit_id);
    const visit = await lockVisit(unit, input.visit_id);
    const grant = await lockNamedGrant(unit, input);
    const ground = { actor, input, grant, balance_minor };
    const decision = await decide(unit, deps, { ...ground, shift_open: shift !== null });
    if (decision.effect === 'refuse') throw new DomainError(decision.code, { ...decision.params });
    if (decision.effect === 'same_result' || !grant)
      return { visit_id: visit.visit_id, version: visit.version };
    await enter(unit, deps, { ...ground, grant });
    return { visit_id: visit.visit_id, version: await bumpVersion(unit, visit.visit_id) };
  });
}

async function lockNamedGrant(unit: Unit, input: ReconcileCommand): Promise<GrantRow | null> {
  const found = await findGrant(unit, input.grant_id);
  if (!found || found.visit_id !== input.visit_id) return null;
  await lockTap(unit, found.tap_id);
  return lockGrant(unit, found.id);
}

async function decide(
  unit: Unit,
  deps: Deps,
  ground: Ground & { shift_open: boolean },
): Promise<ReconcileDecision> {
  const { grant, input, actor, shift_open } = ground;
  const others = await query<{ short_id: string; tap_number: number }>(
    unit,
    `SELECT g.short_id, t.number AS tap_number FROM grants g JOIN taps t ON t.id = g.tap_id
     WHERE g.visit_id = $1 AND g.id <> $2 AND g.state IN ('open', 'orphaned')`,
    [input.visit_id, input.grant_id],
  );
  const { billed_ml } = await queryOne<{ billed_ml: number | null }>(
    unit,
    'SELECT (SELECT billed_ml FROM pours WHERE grant_id = $1) AS billed_ml',
    [input.grant_id],
  );
  return decideReconcile({
    flags: await readFlags(unit, deps),
    shift_open,
    grant: grant && { ...grant, lease_left_ms: deps.leases.leftMs(grant.id), billed_ml },
    others,
    ml: input.ml,
    short_id: input.short_id === null ? null : input.short_id.replace(/\s/g, ''),
    approved: [actor, input.approver].some((one) => one !== null && isAtLeast(one.role, 'shift_lead')),
  });
}

async function enter(unit: Unit, deps: Deps, ground: Ground & { grant: GrantRow }): Promise<void> {
  const { grant, input, actor, balance_minor } = ground;
  const { ml, reason, approver } = input;
  const { operator_id } = actor;
  const bill = await billGrant(unit, deps, { grant, ml, balance_minor, operator_id });
  await recordManualPour(unit, { grant, ml, bill, reason, operator_id });
  await endGrant(unit, deps, { grant, to: 'manual' });
  const { tap_id, keg_id, visit_id, guest_id, id: grant_id } = grant;
  await moveKeg(unit, { keg_id, kind: 'manual', out_ml: ml, tap_id, grant_id, operator_id, reason });
  const { keg_allowance_percent: allowance_percent } = (await readSettings(unit)).pour;
  await lookAtKeg(unit, deps, { keg_id, tap_id, grant_id, kick: false, allowance_percent });
  await freeTap(unit, tap_id);
  const details = { ml, code_given: input.short_id !== null, approved_by: approver?.operator_id ?? null };
  await appendAudit(unit, {
    action: 'pour.reconciled',
    ...by(actor),
    visit_id,
    guest_id,
    tap_id,
    grant_id,
    reason,
    details,
  });
  await tellGrantMoved(unit, deps, grant);
}
