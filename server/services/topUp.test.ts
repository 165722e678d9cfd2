import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { minor } from '#domain/quantity/money';
import { inTransaction } from '../db/inTransaction.ts';
import { query, queryOne } from '../db/query.ts';
import {
  aBar,
  aGrant,
  anOpenShift,
  anOperator,
  aTap,
  aVisit,
  balanceOf,
  countRows,
} from '../testing/builders.ts';
import type { Bar, BuiltVisit } from '../testing/builders.ts';
import { visitView } from '../queries/visitView.ts';
import { refusalOf } from '../testing/refusals.ts';
import { testDatabase } from '../testing/testDatabase.ts';
import type { TestDatabase } from '../testing/testDatabase.ts';
import { refund } from './refund.ts';
import { postLedger } from './support/postLedger.ts';
import { topUp } from './topUp.ts';
import { verifyBooks } from './verifyBooks.ts';

let db: TestDatabase;
let bar: Bar;
beforeAll(async () => {
  db = await testDatabase();
});
beforeEach(async () => {
  await db.truncate();
  bar = await aBar(db);
});
afterAll(() => db.drop());

type TopUp = Parameters<typeof topUp>[2];
const paying = (visit_id: number, change: Partial<TopUp> = {}): TopUp => ({
  request_id: randomUUID(),
  visit_id,
  amount_minor: 100_000,
  method: 'cash',
  ...change,
});
type Refund = Parameters<typeof refund>[2];
const giving = (visit_id: number, change: Partial<Refund> = {}): Refund => ({
  request_id: randomUUID(),
  visit_id,
  expected_version: 1,
  amount_minor: 10_000,
  method: 'cash',
  reason: 'уходит',
  ...change,
});
const versionOf = async (visit_id: number) =>
  (await bar.models.Visit.findByPk(visit_id, { rejectOnEmpty: true })).version;
const accountSum = async (kind: string) =>
  (
    await queryOne<{ sum: number }>(
      db.sequelize,
      `SELECT coalesce(sum(e.amount_minor), 0)::bigint AS sum FROM ledger_entries e
       JOIN ledger_accounts a ON a.id = e.account_id WHERE a.kind = $1`,
      [kind],
    )
  ).sum;

/** A debt of the guest, as an uncovered pour leaves it. */
const owe = (visit: BuiltVisit, amount_minor: number) =>
  inTransaction(db.sequelize, (unit) =>
    postLedger(unit, {
      kind: 'adjustment',
      reason: 'test',
      shift_id: null,
      guest_id: visit.guest_id,
      lines: [
        { account: { kind: 'receivable', guest_id: visit.guest_id }, amount_minor: -amount_minor },
        { account: { kind: 'sales' }, amount_minor },
      ],
    }),
  );

describe('a top-up', () => {
  it('of 1,000.00 in cash is +1,000.00 of the guest and 1,000.00 in the drawer; delivered five times it is one', async () => {
    await anOpenShift(bar);
    const { visit_id, guest_id } = await aVisit(bar);
    const input = paying(visit_id);
    const answers = [];
    for (let i = 0; i < 5; i++) answers.push(await topUp(bar.deps, bar.actor, input));
    expect(new Set(answers.map((answer) => answer.version))).toEqual(new Set([2]));
    expect(await balanceOf(bar, guest_id)).toBe(100_000);
    expect(await accountSum('guest')).toBe(100_000);
    expect(await accountSum('cash')).toBe(-100_000);
    expect(await query(db.sequelize, 'SELECT kind, idempotency_key FROM pos_outbox')).toEqual([
      { kind: 'topup', idempotency_key: `topup:${input.request_id}` },
    ]);
    expect(await countRows(bar, 'audit_events')).toBe(1);
    expect(await countRows(bar, 'events')).toBe(1);
  });

  it('by card terminal touches no drawer', async () => {
    await anOpenShift(bar);
    const { visit_id } = await aVisit(bar);
    await topUp(bar.deps, bar.actor, paying(visit_id, { method: 'card_terminal' }));
    expect(await accountSum('card_terminal')).toBe(-100_000);
    expect(await accountSum('cash')).toBe(0);
  });

  it('the same key with another amount or by another cashier is a conflict and moves nothing', async () => {
    await anOpenShift(bar);
    const { visit_id, guest_id } = await aVisit(bar);
    const input = paying(visit_id);
    await topUp(bar.deps, bar.actor, input);
    const other = await anOperator(bar);
    expect((await refusalOf(topUp(bar.deps, bar.actor, { ...input, amount_minor: 1 }))).code).toBe(
      'request.conflict',
    );
    expect((await refusalOf(topUp(bar.deps, other, input))).code).toBe('request.conflict');
    expect(await balanceOf(bar, guest_id)).toBe(100_000);
  });

  it('needs an open shift; with FF_BACKEND_SHIFT_AUTHORITY off the server opens one by itself', async () => {
    const { visit_id, guest_id } = await aVisit(bar);
    const input = paying(visit_id);
    expect((await refusalOf(topUp(bar.deps, bar.actor, input))).code).toBe('shift.closed');
    expect(await countRows(bar, 'ledger_entries')).toBe(0);
    const deps = { ...bar.deps, flag_overrides: { FF_BACKEND_SHIFT_AUTHORITY: false } };
    await topUp(deps, bar.actor, input);
    expect(await balanceOf(bar, guest_id)).toBe(100_000);
    expect(await query(db.sequelize, 'SELECT state FROM shifts')).toEqual([{ state: 'open' }]);
  });

  it('goes to the guest’s debt first, so that the card may pour again', async () => {
    await anOpenShift(bar);
    const visit = await aVisit(bar);
    await owe(visit, 3_000);
    await topUp(bar.deps, bar.actor, paying(visit.visit_id, { amount_minor: 2_000 }));
    expect([await balanceOf(bar, visit.guest_id), await accountSum('receivable')]).toEqual([0, -1_000]);
    await topUp(bar.deps, bar.actor, paying(visit.visit_id, { amount_minor: 5_000 }));
    expect([await balanceOf(bar, visit.guest_id), await accountSum('receivable')]).toEqual([4_000, 0]);
    expect((await verifyBooks(bar.deps)).ok).toBe(true);
  });

  it('of a closed or unknown visit is refused', async () => {
    await anOpenShift(bar);
    expect((await refusalOf(topUp(bar.deps, bar.actor, paying(4711)))).code).toBe('visit.not_found');
  });
});

describe('a refund', () => {
  it('goes back by the way the money came, once, and leaves the drawer lighter', async () => {
    await anOpenShift(bar);
    const { visit_id, guest_id } = await aVisit(bar);
    await topUp(bar.deps, bar.actor, paying(visit_id));
    const input = giving(visit_id, { expected_version: 2 });
    const first = await refund(bar.deps, bar.actor, input);
    expect(await refund(bar.deps, bar.actor, input)).toEqual(first);
    expect(await balanceOf(bar, guest_id)).toBe(90_000);
    expect(await accountSum('cash')).toBe(-90_000);
  });

  it('of a visit that has changed meanwhile is refused with the present version', async () => {
    await anOpenShift(bar);
    const { visit_id } = await aVisit(bar);
    await topUp(bar.deps, bar.actor, paying(visit_id));
    expect(await refusalOf(refund(bar.deps, bar.actor, giving(visit_id)))).toEqual({
      code: 'visit.changed',
      params: { visit_id, version: 2 },
    });
  });

  it('by another way than the money came needs a shift lead', async () => {
    await anOpenShift(bar);
    const { visit_id } = await aVisit(bar);
    await topUp(bar.deps, bar.actor, paying(visit_id, { method: 'card_terminal' }));
    const input = giving(visit_id, { expected_version: 2 });
    expect(await refusalOf(refund(bar.deps, bar.actor, input))).toEqual({
      code: 'approval.needed',
      params: { method: 'cash', available_minor: 0 },
    });
    await refund(bar.deps, await anOperator(bar, { role: 'shift_lead' }), {
      ...input,
      request_id: randomUUID(),
    });
    expect(await accountSum('cash')).toBe(10_000);
  });

  it('by another way needs no other session: a shift lead’s word in place is enough, a cashier’s is not', async () => {
    await anOpenShift(bar);
    const { visit_id } = await aVisit(bar);
    await topUp(bar.deps, bar.actor, paying(visit_id, { method: 'card_terminal' }));
    const input = giving(visit_id, { expected_version: 2 });
    const cashier = await anOperator(bar, { role: 'cashier' });
    const lead = await anOperator(bar, { role: 'shift_lead' });
    expect((await refusalOf(refund(bar.deps, bar.actor, { ...input, approver: cashier }))).code).toBe(
      'approval.needed',
    );
    const { operator_id, role } = lead;
    await refund(bar.deps, bar.actor, { ...input, approver: { operator_id, role } });
    expect(await accountSum('cash')).toBe(10_000);
    const [trail] = await query(
      db.sequelize,
      `SELECT operator_id, details->>'approved_by' AS approved_by FROM audit_events WHERE action = 'visit.refunded'`,
    );
    expect(trail).toEqual({ operator_id: bar.actor.operator_id, approved_by: `${operator_id}` });
    const visit = await visitView(bar.deps, visit_id, 'cashier');
    expect([visit.topped_up_minor, visit.refunded_minor, visit.poured_minor]).toEqual([100_000, 10_000, 0]);
    expect(visit.balance_minor).toBe(90_000);
  });

  it('never touches what an open or an orphaned grant reserves: the answer says what is free', async () => {
    await anOpenShift(bar);
    const lead = await anOperator(bar, { role: 'shift_lead' });
    for (const state of ['open', 'orphaned'] as const) {
      const visit = await aVisit(bar, { balance: minor(20_000) });
      const { limit_minor } = await aGrant(bar, { visit, tap: await aTap(bar) }, { state });
      expect(limit_minor).toBe(15_000);
      const expected_version = await versionOf(visit.visit_id);
      const input = giving(visit.visit_id, { expected_version, amount_minor: 5_001 });
      expect(await refusalOf(refund(bar.deps, lead, input))).toEqual({
        code: 'money.above_free_balance',
        params: { free_minor: 5_000, balance_minor: 20_000, reserved_minor: 15_000 },
      });
      await refund(bar.deps, lead, { ...input, amount_minor: 5_000 });
      expect(await balanceOf(bar, visit.guest_id)).toBe(15_000);
    }
  });

  it('of an empty account or without an open shift is refused', async () => {
    const { visit_id } = await aVisit(bar);
    expect((await refusalOf(refund(bar.deps, bar.actor, giving(visit_id)))).code).toBe('shift.closed');
    await anOpenShift(bar);
    expect((await refusalOf(refund(bar.deps, bar.actor, giving(visit_id)))).code).toBe(
      'money.above_free_balance',
    );
  });
});
