import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { minor } from '#domain/quantity/money';
import type { ZReport } from '#domain/shift/zReport';
import { query, queryOne } from '../db/query.ts';
import { aBar, aGrant, anOperator, aTap, aVisit, countRows } from '../testing/builders.ts';
import type { Bar } from '../testing/builders.ts';
import { shiftReports } from '../queries/shiftReports.ts';
import { refusalOf } from '../testing/refusals.ts';
import { testDatabase } from '../testing/testDatabase.ts';
import type { TestDatabase } from '../testing/testDatabase.ts';
import { closeShift } from './closeShift.ts';
import { closeVisit } from './closeVisit.ts';
import { openShift } from './openShift.ts';
import { precheckShift } from './precheckShift.ts';
import type { Actor } from './support/deps.ts';
import { topUp } from './topUp.ts';
import { verifyBooks } from './verifyBooks.ts';

let db: TestDatabase;
let bar: Bar;
let lead: Actor;
beforeAll(async () => {
  db = await testDatabase();
});
beforeEach(async () => {
  await db.truncate();
  bar = await aBar(db);
  lead = await anOperator(bar, { role: 'shift_lead' });
});
afterAll(() => db.drop());

const opening = (float_minor = 500_000) => ({ request_id: randomUUID(), float_minor });
const counting = (counted_cash_minor: number) => ({ request_id: randomUUID(), counted_cash_minor });
const leave = (visit_id: number, expected_version: number) =>
  closeVisit(bar.deps, lead, {
    request_id: randomUUID(),
    visit_id,
    expected_version,
    reason: 'уходит',
    card_returned: true,
    remainder: 'refund',
    method: 'cash',
  });

describe('a shift is opened', () => {
  it('once, with its float and its business date, however often the request is delivered', async () => {
    const input = opening();
    const shift = await openShift(bar.deps, lead, input);
    expect(shift).toMatchObject({ float_minor: 500_000, expected_cash_minor: 500_000 });
    expect(shift.business_date).toMatch(/^\d{4}-\d\d-\d\d$/);
    expect(await openShift(bar.deps, lead, input)).toEqual(shift);
    expect(await refusalOf(openShift(bar.deps, lead, opening()))).toEqual({
      code: 'shift.open_already',
      params: { shift_id: shift.shift_id },
    });
  });
});

describe('a shift is closed', () => {
  it('with totals by method, expected against counted, and what the bar owes; the Z never changes', async () => {
    await openShift(bar.deps, lead, opening(500_000));
    const { visit_id } = await aVisit(bar, { name: 'Анна' });
    const pay = { visit_id, request_id: randomUUID() };
    await topUp(bar.deps, lead, { ...pay, amount_minor: 100_000, method: 'cash' });
    await topUp(bar.deps, lead, {
      ...pay,
      request_id: randomUUID(),
      amount_minor: 40_000,
      method: 'card_terminal',
    });
    await leave(visit_id, 3);
    const input = counting(459_500);
    const closed = await closeShift(bar.deps, lead, input);
    expect(closed).toMatchObject({
      z_number: 1,
      expected_cash_minor: 460_000,
      counted_cash_minor: 459_500,
      difference_minor: -500,
    });
    expect(await closeShift(bar.deps, lead, input)).toEqual(closed);
    const { z } = await queryOne<{ z: ZReport }>(db.sequelize, 'SELECT z_report AS z FROM shifts');
    expect(z.methods).toEqual([
      {
        method: 'cash',
        top_up_count: 1,
        top_ups_minor: 100_000,
        refund_count: 1,
        refunds_minor: 140_000,
        net_minor: -40_000,
      },
      {
        method: 'card_terminal',
        top_up_count: 1,
        top_ups_minor: 40_000,
        refund_count: 0,
        refunds_minor: 0,
        net_minor: 40_000,
      },
    ]);
    expect(z.liabilities).toEqual({ guests_minor: 0, receivable_minor: 0, unclaimed_minor: 0 });
    expect(await verifyBooks(bar.deps)).toMatchObject({ ok: true, unsealed_entries: 0 });
    await expect(query(db.sequelize, `UPDATE shifts SET z_report = '{}'`)).rejects.toThrow(/never changes/);
  });

  it('and the next Z has the next number; between shifts there is none to close', async () => {
    for (const z_number of [1, 2, 3]) {
      await openShift(bar.deps, lead, opening(0));
      expect((await closeShift(bar.deps, lead, counting(0))).z_number).toBe(z_number);
      expect((await refusalOf(closeShift(bar.deps, lead, counting(0)))).code).toBe('shift.closed');
      expect((await refusalOf(precheckShift(bar.deps))).code).toBe('shift.closed');
    }
  });

  it('never over an active visit or an unsettled grant: the check list says which', async () => {
    const { shift_id } = await openShift(bar.deps, lead, opening(0));
    const visit = await aVisit(bar, { balance: minor(20_000) });
    const tap = await aTap(bar);
    await aGrant(bar, { visit, tap }, { state: 'orphaned', lease_over: true });
    expect(await precheckShift(bar.deps)).toEqual({
      clean: false,
      lines: [
        { kind: 'active_visits', count: 1, blocks: true, visit_ids: [visit.visit_id], tap_numbers: [] },
        { kind: 'pending_sync', count: 0, blocks: true, visit_ids: [], tap_numbers: [] },
        { kind: 'open_grants', count: 1, blocks: true, visit_ids: [visit.visit_id], tap_numbers: [] },
        { kind: 'silent_taps', count: 1, blocks: true, visit_ids: [], tap_numbers: [tap.number] },
        { kind: 'reviews', count: 0, blocks: false, visit_ids: [], tap_numbers: [] },
      ],
    });
    expect(await refusalOf(closeShift(bar.deps, lead, counting(0)))).toEqual({
      code: 'shift.precheck_failed',
      params: { active_visits: 1, unsettled_grants: 1, silent_taps: 1 },
    });
    const [shift] = await query(db.sequelize, 'SELECT id, state FROM shifts');
    expect(shift).toEqual({ id: shift_id, state: 'open' });
  });

  it('a tap that is heard and has an empty queue is not silent', async () => {
    await openShift(bar.deps, lead, opening(0));
    await aTap(bar);
    const live = {
      tap: () => ({ phase: 'idle' as const, last_seen_ms_ago: 900, live_ml: null, grant_id: null }),
    };
    expect((await precheckShift({ ...bar.deps, live })).clean).toBe(true);
    const silent = (await precheckShift({ ...bar.deps, live })).lines.find(
      (line) => line.kind === 'silent_taps',
    );
    expect(silent?.count).toBe(0);
    await query(db.sequelize, 'UPDATE nodes SET queue_depth = 2');
    const queued = (await precheckShift({ ...bar.deps, live })).lines.find(
      (line) => line.kind === 'silent_taps',
    );
    expect(queued?.count).toBe(1);
  });

  it('a silent tap keeps it open until a shift lead answers for it by PIN and reason, which the Z keeps', async () => {
    await openShift(bar.deps, lead, opening(0));
    const [one, two] = [await aTap(bar), await aTap(bar)];
    const waive = (number: number) => ({ tap_number: number, reason: 'контроллер сгорел' });
    const approver = { operator_id: lead.operator_id, role: 'shift_lead' as const };
    const close = (change: object) => closeShift(bar.deps, lead, { ...counting(0), ...change });
    expect(await refusalOf(close({}))).toEqual({
      code: 'shift.precheck_failed',
      params: { active_visits: 0, unsettled_grants: 0, silent_taps: 2 },
    });
    const of_one = await refusalOf(close({ waivers: [waive(one.number)], approver }));
    expect(of_one.params).toMatchObject({ silent_taps: 1 });
    const waivers = [waive(one.number), waive(two.number)];
    expect((await refusalOf(close({ waivers }))).code).toBe('approval.needed');
    const cashier = { operator_id: bar.actor.operator_id, role: 'cashier' as const };
    expect((await refusalOf(close({ waivers, approver: cashier }))).code).toBe('approval.needed');
    const { shift_id } = await close({ waivers: [...waivers, waive(77)], approver });
    const { z } = await shiftReports(db.sequelize, shift_id);
    expect(z?.waived_taps).toEqual(waivers.map((each) => ({ ...each, approved_by: lead.operator_id })));
  });

  it('a PIN never waives an active visit or an unsettled grant', async () => {
    await openShift(bar.deps, lead, opening(0));
    const visit = await aVisit(bar, { balance: minor(20_000) });
    const tap = await aTap(bar);
    const grant = await aGrant(bar, { visit, tap }, { state: 'orphaned', lease_over: true });
    const approver = { operator_id: lead.operator_id, role: 'engineer' as const };
    const waivers = [{ tap_number: tap.number, reason: 'молчит' }];
    const command = { ...counting(0), waivers, approver };
    expect((await refusalOf(closeShift(bar.deps, lead, command))).code).toBe('shift.precheck_failed');
    expect(grant.grant_id).toBeTruthy();
  });

  it('a difference above the limit needs a reason, and by how much is not said', async () => {
    await openShift(bar.deps, lead, opening(50_000));
    const short = { ...counting(30_000), count: [{ value_minor: 10_000, pieces: 3 }] };
    expect(await refusalOf(closeShift(bar.deps, lead, short))).toEqual({
      code: 'shift.reason_needed',
      params: { limit_minor: 10_000 },
    });
    const closed = await closeShift(bar.deps, lead, { ...short, reason: 'выдали сдачу дважды' });
    expect(closed.difference_minor).toBe(-20_000);
    const { z } = await shiftReports(db.sequelize, closed.shift_id);
    expect(z).toMatchObject({ reason: 'выдали сдачу дважды', count: short.count });
    expect((await verifyBooks(bar.deps)).ok).toBe(true);
  });

  it('a count by denomination that does not sum to what is said, or is not money of the bar, is refused', async () => {
    await openShift(bar.deps, lead, opening(50_000));
    const count = (value_minor: number, pieces: number) =>
      refusalOf(closeShift(bar.deps, lead, { ...counting(50_000), count: [{ value_minor, pieces }] }));
    expect((await count(10_000, 4)).params).toEqual({ path: 'count', problem: 'sum_differs' });
    expect((await count(12_500, 4)).params).toEqual({ path: 'count', problem: 'unknown_denomination' });
  });

  it('shows on the next Z, and only there, that the recovery code was used', async () => {
    const used = () =>
      query(
        db.sequelize,
        `INSERT INTO audit_events (action, operator_id, at) VALUES ('staff.recovered', $1, $2)`,
        [lead.operator_id, bar.clock.now()],
      );
    bar.clock.advance(1_000);
    await used();
    const seen: number[] = [];
    for (let z = 1; z <= 2; z += 1) {
      bar.clock.advance(1_000);
      await openShift(bar.deps, lead, opening(0));
      const { shift_id } = await closeShift(bar.deps, lead, counting(0));
      seen.push((await shiftReports(db.sequelize, shift_id)).z?.recoveries.length ?? -1);
    }
    expect(seen).toEqual([1, 0]);
  });

  it('a count that is a slip of the keyboard is refused, not booked', async () => {
    await openShift(bar.deps, lead, opening(0));
    expect((await refusalOf(closeShift(bar.deps, lead, counting(900_000_000_000)))).code).toBe(
      'input.invalid',
    );
    expect(await countRows(bar, 'ledger_entries')).toBe(0);
  });
});

it('3 billion of past sales overflow nothing: sums are int8', async () => {
  const { shift_id } = await openShift(bar.deps, lead, opening(0));
  // As an aged bar has them: 40 times 990,000.00 sold and paid in cash.
  await query(
    db.sequelize,
    `WITH t AS (INSERT INTO ledger_transactions (kind, shift_id) SELECT 'opening', $1 FROM generate_series(1, 40) RETURNING id)
     INSERT INTO ledger_entries (transaction_id, account_id, amount_minor)
     SELECT t.id, a.id, CASE a.kind WHEN 'sales' THEN 99000000 ELSE -99000000 END FROM t, ledger_accounts a WHERE a.kind IN ('sales', 'cash')`,
    [shift_id],
  );
  const closed = await closeShift(bar.deps, lead, counting(40 * 99_000_000));
  expect(closed).toMatchObject({ expected_cash_minor: 3_960_000_000, difference_minor: 0 });
  expect((await verifyBooks(bar.deps)).ok).toBe(true);
});
