import type { z } from 'zod';
import { DomainError } from '#domain/errors';
import type { closeShiftInput, ShiftClosedWire } from '#domain/protocol/shift';
import type { PrecheckWire } from '#domain/protocol/till';
import { decideClose } from '#domain/shift/decideClose';
import type { WaivedTap, ZReport } from '#domain/shift/zReport';
import type { Unit } from '../db/inTransaction.ts';
import { query, queryOne } from '../db/query.ts';
import { appendEvent } from '../events/append.ts';
import { precheck } from '../queries/precheck.ts';
import { expectedCash, shiftFigures } from '../queries/shiftFigures.ts';
import { sealLedger } from './sealLedger.ts';
import { appendAudit } from './support/appendAudit.ts';
import { requireShiftLead } from './support/approval.ts';
import type { Approver } from './support/approval.ts';
import { checkCount, currentCashSession, drawerOf, endCashSession } from './support/cashSession.ts';
import { by, command } from './support/command.ts';
import type { Actor, Deps } from './support/deps.ts';
import { closeHouseVisits } from './support/houseVisits.ts';
import { lockShift } from './support/lockShift.ts';
import { notifyPos } from './support/notifyPos.ts';
import { bookOldMoney } from './support/oldMoney.ts';
import { printByItself } from './support/queuePrint.ts';
import { readSettings } from './support/settings.ts';

/** `approver`: whose PIN was checked beside the command; only waived taps need one. */
export type CloseShiftCommand = Omit<z.input<typeof closeShiftInput>, 'approval'> & {
  approver?: Approver | null;
};

/**
 * Closes the shift by a blind count and writes its Z, which never changes. Taps that do not confirm an empty queue keep it
 * open unless a shift lead answers for each by PIN and reason; nothing else can be waived. Lock: the shift FOR NO KEY UPDATE, which
 * waits for every unit that moves money in it; of two who close at once one wins. Invariant 10: Z numbers without a gap.
 * @throws DomainError shift.closed, shift.precheck_failed, shift.reason_needed, approval.needed, input.invalid
 */
export async function closeShift(
  deps: Deps,
  actor: Actor,
  input: CloseShiftCommand,
): Promise<ShiftClosedWire> {
  return command(deps, { procedure: 'shift.close', actor, input }, async (unit) => {
    const shift = await lockShift(unit);
    await closeHouseVisits(unit, deps, { shift_id: shift.shift_id, actor });
    await bookOldMoney(unit, deps, { shift_id: shift.shift_id, actor });
    const expected_minor = await expectedCash(unit, shift.shift_id);
    const waived = await decide(unit, deps, { input, expected_minor });
    const closed_at = deps.clock.now();
    const session = await currentCashSession(unit, shift, await drawerOf(unit, actor.till_id));
    const { difference_minor } = await endCashSession(unit, session, {
      actor,
      counted: input,
      expected_minor,
      ended_at: closed_at,
    });
    const cash = { expected_minor, counted_minor: input.counted_cash_minor, difference_minor };
    const report: ZReport = {
      ...(await shiftFigures(unit, shift)),
      z_number: await nextZ(unit),
      closed_at: closed_at.toISOString(),
      closed_by: actor.operator_id,
      cash,
      count: input.count ? [...input.count] : null,
      reason: input.reason ?? null,
      waived_taps: waived,
      recoveries: await recoveriesSince(unit),
    };
    await writeZ(unit, report);
    await printByItself(unit, actor, {
      document: { kind: 'z', shift_id: shift.shift_id },
      wish: 'prints_z',
      cash: false,
    });
    await tell(unit, deps, { actor, report });
    unit.afterCommit(async () => void (await sealLedger(deps, { sweep: 'all' })));
    return {
      shift_id: shift.shift_id,
      z_number: report.z_number,
      business_date: shift.business_date,
      expected_cash_minor: expected_minor,
      counted_cash_minor: cash.counted_minor,
      difference_minor,
    };
  });
}

type Line = PrecheckWire['lines'][number];
const lineOf = (checked: PrecheckWire, kind: Line['kind']): Pick<Line, 'count' | 'tap_numbers'> =>
  checked.lines.find((line) => line.kind === kind) ?? { count: 0, tap_numbers: [] };

/** The waivers that were needed. */
async function decide(
  unit: Unit,
  deps: Deps,
  { input, expected_minor }: { input: CloseShiftCommand; expected_minor: number },
): Promise<WaivedTap[]> {
  const settings = await readSettings(unit);
  const checked = await precheck(unit, deps.live);
  const silent = lineOf(checked, 'silent_taps').tap_numbers;
  const needed = (input.waivers ?? []).filter(({ tap_number }) => silent.includes(tap_number));
  const facts = {
    active_visits: lineOf(checked, 'active_visits').count,
    unsettled_grants: lineOf(checked, 'open_grants').count,
    unconfirmed_taps: silent,
    waived_taps: needed.map(({ tap_number }) => tap_number),
    expected_minor,
    counted_minor: input.counted_cash_minor,
    difference_limit_minor: settings.till.cash_difference_limit_minor,
    reason_given: Boolean(input.reason),
  };
  const decision = decideClose(facts);
  if (decision.outcome === 'blocked') {
    const { active_visits, unsettled_grants } = facts;
    const silent_taps = silent.filter((tap) => !facts.waived_taps.includes(tap)).length;
    throw new DomainError('shift.precheck_failed', { active_visits, unsettled_grants, silent_taps });
  }
  checkCount(settings, input, expected_minor);
  if (needed.length === 0) return [];
  const { operator_id } = requireShiftLead(input.approver);
  return needed.map((waiver) => ({ ...waiver, approved_by: operator_id }));
}

async function nextZ(unit: Unit): Promise<number> {
  const { next } = await queryOne<{ next: number }>(
    unit,
    'SELECT coalesce(max(z_number), 0) + 1 AS next FROM shifts',
  );
  return next;
}

/** The recovery code makes an engineer of whoever holds it: every Z shows whether it was used since the last one. */
async function recoveriesSince(unit: Unit): Promise<ZReport['recoveries']> {
  const rows = await query<{ at: Date; operator_id: number }>(
    unit,
    `SELECT at, operator_id FROM audit_events WHERE action = 'staff.recovered' AND operator_id IS NOT NULL
       AND at > coalesce((SELECT max(closed_at) FROM shifts WHERE state = 'closed'), '-infinity') ORDER BY id`,
  );
  return rows.map(({ at, operator_id }) => ({ at: at.toISOString(), operator_id }));
}

async function writeZ(unit: Unit, report: ZReport): Promise<void> {
  await query(
    unit,
    `UPDATE shifts SET state = 'closed', closed_at = $2, closed_by = $3, z_number = $4, counted_cash_minor = $5, z_report = $6::jsonb
     WHERE id = $1`,
    [
      report.shift_id,
      report.closed_at,
      report.closed_by,
      report.z_number,
      report.cash.counted_minor,
      JSON.stringify(report),
    ],
  );
}

async function tell(
  unit: Unit,
  deps: Deps,
  { actor, report }: { actor: Actor; report: ZReport },
): Promise<void> {
  const { shift_id, z_number, cash, reason, waived_taps } = report;
  await notifyPos(unit, {
    kind: 'shift',
    id: `z${z_number}`,
    payload: { what: 'closed', operator_id: actor.operator_id, ...report },
  });
  await appendAudit(unit, {
    action: 'shift.closed',
    ...by(actor),
    reason,
    details: { shift_id, z_number, ...cash, waived_taps },
  });
  await appendEvent(unit, deps, {
    type: 'shift.changed',
    details: { shift_id, state: 'closed', z_number },
  });
}
