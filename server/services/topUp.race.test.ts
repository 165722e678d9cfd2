import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { minor } from '#domain/quantity/money';
import { queryOne } from '../db/query.ts';
import { aBar, anOpenShift, anOperator, aVisit, balanceOf } from '../testing/builders.ts';
import type { Bar } from '../testing/builders.ts';
import { testDatabase } from '../testing/testDatabase.ts';
import type { TestDatabase } from '../testing/testDatabase.ts';
import { refund } from './refund.ts';
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

it('the same request 16 times at once is one top-up', async () => {
  await anOpenShift(bar);
  const { visit_id, guest_id } = await aVisit(bar);
  const input = paying(visit_id);
  const answers = await Promise.all(Array.from({ length: 16 }, () => topUp(bar.deps, bar.actor, input)));
  expect(answers).toHaveLength(16);
  expect(await balanceOf(bar, guest_id)).toBe(100_000);
});

it('invariant 7: 200 top-ups and refunds of one guest at once leave a balance that is the sum of its entries', async () => {
  await anOpenShift(bar);
  const lead = await anOperator(bar, { role: 'shift_lead' });
  const { visit_id, guest_id } = await aVisit(bar, { balance: minor(5_000) });
  let expected = 5_000;
  const rounds = Array.from({ length: 200 }, (_, index) => async () => {
    const amount_minor = 1 + ((index * 7919) % 997);
    if (index % 3 > 0) {
      await topUp(bar.deps, lead, paying(visit_id, { amount_minor }));
      expected += amount_minor;
      return;
    }
    for (;;) {
      const expected_version = await versionOf(visit_id);
      try {
        await refund(bar.deps, lead, giving(visit_id, { amount_minor, expected_version }));
        expected -= amount_minor;
        return;
      } catch (error) {
        if (!(error instanceof Error) || error.message !== 'visit.changed') throw error;
      }
    }
  });
  await inPool(8, rounds);
  expect(await balanceOf(bar, guest_id)).toBe(expected);
  expect(await accountSum('guest')).toBe(expected);
  expect(await verifyBooks(bar.deps)).toMatchObject({ ok: true, broken: [] });
});

async function inPool(width: number, jobs: (() => Promise<void>)[]): Promise<void> {
  const queue = [...jobs];
  const worker = async () => {
    for (let job = queue.shift(); job; job = queue.shift()) await job();
  };
  await Promise.all(Array.from({ length: width }, worker));
}
