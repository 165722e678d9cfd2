import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { xReportWire, zReportWire } from '#domain/protocol/shift';
import { query } from '../db/query.ts';
import { shiftList, shiftReports, xNow, zFile } from '../queries/shiftReports.ts';
import { aBar, anOperator, aVisit } from '../testing/builders.ts';
import type { Bar } from '../testing/builders.ts';
import { auditActions } from '../testing/pours.ts';
import { refusalOf } from '../testing/refusals.ts';
import { testDatabase } from '../testing/testDatabase.ts';
import type { TestDatabase } from '../testing/testDatabase.ts';
import { closeShift } from './closeShift.ts';
import { closeVisit } from './closeVisit.ts';
import { handOverCash } from './handOverCash.ts';
import { moveCash } from './moveCash.ts';
import { openShift } from './openShift.ts';
import type { Actor } from './support/deps.ts';
import { takeX } from './takeX.ts';
import { topUp } from './topUp.ts';
import { verifyBooks } from './verifyBooks.ts';

let db: TestDatabase;
let bar: Bar;
let lead: Actor;
let second: Actor;
beforeAll(async () => {
  db = await testDatabase();
});
beforeEach(async () => {
  await db.truncate();
  bar = await aBar(db);
  lead = await anOperator(bar, { role: 'shift_lead' });
  second = await anOperator(bar);
  await openShift(bar.deps, lead, { request_id: randomUUID(), float_minor: 100_000 });
});
afterAll(() => db.drop());

const who = ({ operator_id, role }: Actor) => ({ operator_id, role });
const id = () => ({ request_id: randomUUID() });
const pay = async (visit_id: number, amount_minor: number) =>
  topUp(bar.deps, bar.actor, { ...id(), visit_id, amount_minor, method: 'cash' });

describe('the drawer changes hands inside a shift', () => {
  it('with an active visit, by a blind count; the next one begins with what was counted', async () => {
    const { visit_id } = await aVisit(bar, { name: 'Анна' });
    await pay(visit_id, 30_000);
    const input = { ...id(), counted_cash_minor: 129_500, taker: who(second) };
    const answer = await handOverCash(bar.deps, lead, input);
    expect(answer).toMatchObject({
      ended: {
        operator_id: lead.operator_id,
        expected_minor: 130_000,
        counted_minor: 129_500,
        difference_minor: -500,
      },
      operator_id: second.operator_id,
    });
    expect(await handOverCash(bar.deps, lead, input)).toEqual(answer);
    await pay(visit_id, 20_000);
    const back = await handOverCash(bar.deps, second, {
      ...id(),
      counted_cash_minor: 149_500,
      taker: who(lead),
    });
    expect(back.ended).toMatchObject({
      operator_id: second.operator_id,
      expected_minor: 149_500,
      difference_minor: 0,
    });
    await closeVisit(bar.deps, lead, {
      ...id(),
      visit_id,
      expected_version: 3,
      reason: 'уходит',
      card_returned: true,
      remainder: 'refund',
      method: 'cash',
    });
    const closed = await closeShift(bar.deps, lead, { ...id(), counted_cash_minor: 99_500 });
    expect(closed).toMatchObject({ expected_cash_minor: 99_500, difference_minor: 0 });
    const { z, x } = await shiftReports(db.sequelize, closed.shift_id);
    expect(
      z?.cash_sessions.map(({ operator_id, difference_minor }) => [operator_id, difference_minor]),
    ).toEqual([
      [lead.operator_id, -500],
      [second.operator_id, 0],
      [lead.operator_id, 0],
    ]);
    expect(x).toHaveLength(2);
    expect(await verifyBooks(bar.deps)).toMatchObject({ ok: true });
    expect(await auditActions(bar, 'cash.%')).toEqual(['cash.handed_over', 'cash.handed_over']);
  });

  it('a difference above the limit needs a reason; an ended session never changes', async () => {
    const input = { ...id(), counted_cash_minor: 80_000, taker: who(second) };
    expect((await refusalOf(handOverCash(bar.deps, lead, input))).code).toBe('shift.reason_needed');
    await handOverCash(bar.deps, lead, { ...input, ...id(), reason: 'недостача, акт 7' });
    await expect(
      query(db.sequelize, 'UPDATE cash_sessions SET counted_minor = 1 WHERE ended_at IS NOT NULL'),
    ).rejects.toThrow(/never changes/);
  });

  it('between shifts there is no drawer to hand over', async () => {
    await closeShift(bar.deps, lead, { ...id(), counted_cash_minor: 100_000 });
    const input = { ...id(), counted_cash_minor: 0, taker: who(second) };
    expect((await refusalOf(handOverCash(bar.deps, lead, input))).code).toBe('shift.closed');
  });

  it('a shift that was opened without a session has one of nobody', async () => {
    await query(db.owner, 'DELETE FROM cash_sessions');
    const { ended } = await handOverCash(bar.deps, lead, {
      ...id(),
      counted_cash_minor: 100_000,
      taker: who(second),
    });
    expect(ended).toMatchObject({ operator_id: null, expected_minor: 100_000, difference_minor: 0 });
  });
});

describe('cash is put in and taken out', () => {
  it('by reason, once for each request; the expected cash follows', async () => {
    const into = { ...id(), direction: 'in' as const, amount_minor: 50_000, reason: 'размен из банка' };
    const answer = await moveCash(bar.deps, bar.actor, into);
    expect(answer.expected_cash_minor).toBe(150_000);
    expect(await moveCash(bar.deps, bar.actor, into)).toEqual(answer);
    const out = { ...id(), direction: 'out' as const, amount_minor: 120_000, reason: 'в сейф' };
    expect((await moveCash(bar.deps, lead, out)).expected_cash_minor).toBe(30_000);
    const closed = await closeShift(bar.deps, lead, { ...id(), counted_cash_minor: 30_000 });
    expect(closed.difference_minor).toBe(0);
    const { z } = await shiftReports(db.sequelize, closed.shift_id);
    expect(z?.cash_moves).toEqual({ in_minor: 50_000, out_minor: 120_000 });
    expect(await verifyBooks(bar.deps)).toMatchObject({ ok: true });
  });

  it('taking out needs a shift lead, by session or by PIN, and never more than lies there', async () => {
    const out = { direction: 'out' as const, amount_minor: 40_000, reason: 'в сейф' };
    const ask = (change: object) => moveCash(bar.deps, second, { ...id(), ...out, ...change });
    expect((await refusalOf(ask({}))).code).toBe('approval.needed');
    expect((await refusalOf(ask({ approver: who(bar.actor) }))).code).toBe('approval.needed');
    await ask({ approver: who(lead) });
    expect(await refusalOf(ask({ approver: who(lead), amount_minor: 60_001 }))).toEqual({
      code: 'money.not_in_drawer',
      params: { available_minor: 60_000 },
    });
  });
});

describe('an X', () => {
  it('shows at any time the figures of the Z, is kept as it was and ends nothing', async () => {
    const { visit_id } = await aVisit(bar, { name: 'Анна' });
    await pay(visit_id, 30_000);
    const input = id();
    const first = await takeX(bar.deps, lead, input);
    await pay(visit_id, 10_000);
    expect(await takeX(bar.deps, lead, input)).toEqual(first);
    expect(first.expected_minor).toBe(130_000);
    await closeVisit(bar.deps, lead, {
      ...id(),
      visit_id,
      expected_version: 3,
      reason: 'уходит',
      card_returned: true,
      remainder: 'keep',
      method: 'cash',
    });
    const now = xReportWire.parse(
      await xNow(db.sequelize, { operator_id: lead.operator_id, now: bar.clock.now() }),
    );
    const { shift_id } = await closeShift(bar.deps, lead, { ...id(), counted_cash_minor: 140_000 });
    const { z, x } = await shiftReports(db.sequelize, shift_id);
    expect(x).toEqual([first]);
    const same = ['methods', 'sales', 'sales_minor', 'receivables', 'liabilities', 'cash_moves'] as const;
    for (const figure of same) expect(z?.[figure]).toEqual(now[figure]);
    expect(z?.cash.expected_minor).toBe(now.expected_minor);
    await expect(query(db.sequelize, `UPDATE x_reports SET report = '{}'`)).rejects.toThrow(
      /denied|never change/,
    );
  });

  it('and every Z can be seen again; the list is newest first', async () => {
    const first = await closeShift(bar.deps, lead, { ...id(), counted_cash_minor: 100_000 });
    await openShift(bar.deps, lead, { ...id(), float_minor: 0 });
    const page = { before_id: null, limit: 10 };
    const list = await shiftList(db.sequelize, page);
    expect(list.map(({ state, z_number, difference_minor }) => [state, z_number, difference_minor])).toEqual([
      ['open', null, null],
      ['closed', 1, 0],
    ]);
    expect(await shiftList(db.sequelize, { ...page, before_id: list[0]?.shift_id ?? 0 })).toHaveLength(1);
    expect((await shiftReports(db.sequelize, first.shift_id)).z?.z_number).toBe(1);
    expect((await refusalOf(shiftReports(db.sequelize, 999))).code).toBe('shift.not_found');
    const file = await zFile(db.sequelize, first.shift_id);
    expect(file.name).toMatch(/^z-1-\d{4}-\d\d-\d\d\.csv$/);
    expect(file.csv).toContain('cash,drawer,counted_minor,100000');
    const open_one = zFile(db.sequelize, list[0]?.shift_id ?? 0);
    expect((await refusalOf(open_one)).code).toBe('shift.not_found');
  });

  it('a Z of an older version, without the figures that came later, can still be read', () => {
    const old = {
      z_number: 1,
      shift_id: 1,
      business_date: '2026-11-01',
      opened_at: '2026-11-01T12:00:00.000Z',
      closed_at: '2026-11-01T23:00:00.000Z',
      opened_by: null,
      closed_by: 1,
      float_minor: 0,
      methods: [],
      cash: { expected_minor: 0, counted_minor: 0, difference_minor: 0 },
      sales: [],
      sales_minor: 0,
      receivables: { new_minor: 0, paid_minor: 0 },
      liabilities: { guests_minor: 0, receivable_minor: 0, unclaimed_minor: 0 },
    };
    expect(zReportWire.parse(old)).toMatchObject({ waived_taps: [], cash_sessions: [], count: null });
  });
});

it('with FF_BACKEND_SHIFT_AUTHORITY off the server opens the shift, with a drawer of nobody, and it closes as any other', async () => {
  await closeShift(bar.deps, lead, { ...id(), counted_cash_minor: 100_000 });
  const deps = { ...bar.deps, flag_overrides: { FF_BACKEND_SHIFT_AUTHORITY: false } };
  const { visit_id } = await aVisit(bar, { name: 'Анна' });
  await topUp(deps, bar.actor, { ...id(), visit_id, amount_minor: 5_000, method: 'cash' });
  await closeVisit(deps, lead, {
    ...id(),
    visit_id,
    expected_version: 2,
    reason: 'уходит',
    card_returned: true,
    remainder: 'keep',
    method: 'cash',
  });
  const closed = await closeShift(deps, lead, { ...id(), counted_cash_minor: 5_000 });
  expect(closed).toMatchObject({ z_number: 2, difference_minor: 0 });
  const { z } = await shiftReports(db.sequelize, closed.shift_id);
  expect(z?.cash_sessions).toMatchObject([{ operator_id: null, float_minor: 0, counted_minor: 5_000 }]);
});
