import type { z } from 'zod';
import { DomainError } from '#domain/errors';
import type { closeShiftInput, ShiftClosedWire } from '#domain/protocol/equipment';
import type { PrecheckWire } from '#domain/protocol/till';
import { MAX_AMOUNT_MINOR } from '#domain/quantity/money';
import { decideClose } from '#domain/shift/decideClose';
import type { ZReport } from '#domain/shift/zReport';
import type { Unit } from '../db/inTransaction.ts';
import { query, queryOne } from '../db/query.ts';
import { appendEvent } from '../events/append.ts';
import { precheck } from '../queries/precheck.ts';
import {
  expectedCash,
  liabilities,
  methodTotals,
  receivablesOfShift,
  salesByBeverage,
} from '../queries/shiftFigures.ts';
import { sealLedger } from './sealLedger.ts';
import { appendAudit } from './support/appendAudit.ts';
import { by, command } from './support/command.ts';
import type { Actor, Deps } from './support/deps.ts';
import { notifyPos } from './support/notifyPos.ts';
import { paymentAccount } from './support/paymentAccount.ts';
import { postLedger } from './support/postLedger.ts';

type Shift = {
  shift_id: number;
  business_date: string;
  opened_at: Date;
  opened_by: number | null;
  float_minor: number;
};

/**
 * Closes the shift by a blind count and writes its Z, which never changes. Lock: the shift FOR UPDATE, which waits for every
 * unit that moves money in it; of two who close at once one wins. Invariant 10: Z numbers without a gap.
 */
export async function closeShift(
  deps: Deps,
  actor: Actor,
  input: z.output<typeof closeShiftInput>,
): Promise<ShiftClosedWire> {
  return command(deps, { procedure: 'shift.close', actor, input }, async (unit) => {
    const shift = await lockShift(unit);
    const expected_minor = await expectedCash(unit, shift.shift_id);
    const checked = await precheck(unit, deps.live);
    const decision = decideClose({
      active_visits: countOf(checked, 'active_visits'),
      unsettled_grants: countOf(checked, 'open_grants'),
      expected_minor,
      counted_minor: input.counted_cash_minor,
    });
    if (decision.outcome === 'blocked') throw blocked(checked);
    if (Math.abs(decision.difference_minor) > MAX_AMOUNT_MINOR)
      throw new DomainError('input.invalid', { path: 'counted_cash_minor', problem: 'far_from_expected' });
    const cash = {
      expected_minor,
      counted_minor: input.counted_cash_minor,
      difference_minor: decision.difference_minor,
    };
    await bookDifference(unit, shift, actor, cash.difference_minor);
    const report = await zReport(unit, shift, {
      cash,
      closed_by: actor.operator_id,
      closed_at: deps.clock.now(),
    });
    await writeZ(unit, report);
    await notifyPos(unit, { kind: 'shift', id: `z${report.z_number}`, payload: report });
    await appendAudit(unit, {
      action: 'shift.closed',
      ...by(actor),
      details: { shift_id: shift.shift_id, z_number: report.z_number, ...cash },
    });
    await appendEvent(unit, deps, {
      type: 'shift.changed',
      details: { shift_id: shift.shift_id, state: 'closed', z_number: report.z_number },
    });
    unit.afterCommit(async () => void (await sealLedger(deps, { sweep: 'all' })));
    return {
      shift_id: shift.shift_id,
      z_number: report.z_number,
      business_date: shift.business_date,
      expected_cash_minor: expected_minor,
      counted_cash_minor: cash.counted_minor,
      difference_minor: cash.difference_minor,
    };
  });
}

async function lockShift(unit: Unit): Promise<Shift> {
  const [shift] = await query<Shift>(
    unit,
    `SELECT id AS shift_id, to_char(business_date, 'YYYY-MM-DD') AS business_date, opened_at, opened_by, float_minor
     FROM shifts WHERE state = 'open' FOR UPDATE`,
  );
  if (!shift) throw new DomainError('shift.closed');
  return shift;
}

const countOf = (checked: PrecheckWire, kind: PrecheckWire['lines'][number]['kind']) =>
  checked.lines.find((line) => line.kind === kind)?.count ?? 0;

function blocked(checked: PrecheckWire): DomainError {
  return new DomainError('shift.precheck_failed', {
    active_visits: countOf(checked, 'active_visits'),
    unsettled_grants: countOf(checked, 'open_grants'),
  });
}

/** What the count found too little or too much leaves the drawer's account, so that the next shift starts true. */
async function bookDifference(
  unit: Unit,
  shift: Shift,
  actor: Actor,
  difference_minor: number,
): Promise<void> {
  if (difference_minor === 0) return;
  await postLedger(unit, {
    kind: 'over_short',
    shift_id: shift.shift_id,
    ...by(actor),
    lines: [
      { account: await paymentAccount(unit, 'cash', actor.till_id), amount_minor: 0 - difference_minor },
      { account: { kind: 'over_short' }, amount_minor: difference_minor },
    ],
  });
}

async function zReport(
  unit: Unit,
  shift: Shift,
  close: { cash: ZReport['cash']; closed_by: number; closed_at: Date },
): Promise<ZReport> {
  const { next } = await queryOne<{ next: number }>(
    unit,
    'SELECT coalesce(max(z_number), 0) + 1 AS next FROM shifts',
  );
  const sales = await salesByBeverage(unit, shift.shift_id);
  return {
    z_number: next,
    shift_id: shift.shift_id,
    business_date: shift.business_date,
    opened_at: shift.opened_at.toISOString(),
    closed_at: close.closed_at.toISOString(),
    opened_by: shift.opened_by,
    closed_by: close.closed_by,
    float_minor: shift.float_minor,
    methods: await methodTotals(unit, shift.shift_id),
    cash: close.cash,
    sales,
    sales_minor: sales.reduce((sum, line) => sum + line.sales_minor, 0),
    receivables: await receivablesOfShift(unit, shift.shift_id),
    liabilities: await liabilities(unit),
  };
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
