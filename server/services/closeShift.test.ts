import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { minor } from '#domain/quantity/money';
import type { ZReport } from '#domain/shift/zReport';
import { query, queryOne } from '../db/query.ts';
import { aBar, aGrant, anOperator, aTap, aVisit, countRows } from '../testing/builders.ts';
import type { Bar } from '../testing/builders.ts';
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
        { kind: 'silent_taps', count: 1, blocks: false, visit_ids: [], tap_numbers: [tap.number] },
        { kind: 'reviews', count: 0, blocks: false, visit_ids: [], tap_numbers: [] },
      ],
    });
    expect(await refusalOf(closeShift(bar.deps, lead, counting(0)))).toEqual({
      code: 'shift.precheck_failed',
      params: { active_visits: 1, unsettled_grants: 1 },
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
