import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { minor } from '#domain/quantity/money';
import { moneyReceipt } from '#domain/receipt/money';
import { query, queryOne } from '../db/query.ts';
import { moneyFacts, moneyOfVisit, visitFacts } from '../queries/receiptFacts.ts';
import { xNow } from '../queries/shiftReports.ts';
import { aBar, anOpenShift, anOperator, aVisit, balanceOf } from '../testing/builders.ts';
import type { Bar } from '../testing/builders.ts';
import { aPourGranted, aReport, aScene, ALL_HEARD } from '../testing/pours.ts';
import { race } from '../testing/refusals.ts';
import { testDatabase } from '../testing/testDatabase.ts';
import type { TestDatabase } from '../testing/testDatabase.ts';
import { closeShift } from './closeShift.ts';
import { closeVisit } from './closeVisit.ts';
import { payReceivable } from './payReceivable.ts';
import { refund } from './refund.ts';
import { setSettings } from './setSettings.ts';
import { settleReport } from './settleReport.ts';
import type { Actor } from './support/deps.ts';
import { topUp } from './topUp.ts';
import { verifyBooks } from './verifyBooks.ts';

let db: TestDatabase;
let bar: Bar;
let engineer: Actor;
beforeAll(async () => {
  db = await testDatabase();
});
beforeEach(async () => {
  await db.truncate();
  bar = await aBar(db);
  engineer = await anOperator(bar, { role: 'engineer' });
  await roundTo(100);
});
afterAll(() => db.drop());

const key = () => ({ request_id: randomUUID() });
const roundTo = (cash_step_minor: 1 | 100 | 1_000) =>
  setSettings(bar.deps, engineer, {
    ...key(),
    section: 'till',
    reason: 'нет копеек',
    values: { cash_step_minor },
  });
const sums = async (): Promise<Record<string, number>> => {
  const rows = await query<{ kind: string; sum: number }>(
    db.sequelize,
    `SELECT a.kind, sum(e.amount_minor)::bigint AS sum FROM ledger_entries e JOIN ledger_accounts a ON a.id = e.account_id
     WHERE a.kind IN ('cash', 'card_terminal', 'rounding') GROUP BY a.kind`,
  );
  return Object.fromEntries(rows.map(({ kind, sum }) => [kind, sum]));
};
const paidIn = (visit_id: number, amount_minor: number, method: 'cash' | 'card_terminal' = 'cash') =>
  topUp(bar.deps, bar.actor, { ...key(), visit_id, amount_minor, method });
const refunding = (
  visit_id: number,
  change: { amount_minor: number; expected_version: number; method?: 'cash' | 'card_terminal' },
) => ({ ...key(), visit_id, method: 'cash' as const, reason: 'уходит', ...change });

it('a cash refund goes up to the step: the account gives the amount, the drawer the rest of it to `rounding`', async () => {
  await anOpenShift(bar, { float_minor: 50_000 });
  const { visit_id, guest_id } = await aVisit(bar);
  await paidIn(visit_id, 10_030);
  const input = refunding(visit_id, { amount_minor: 10_030, expected_version: 2 });
  const first = await refund(bar.deps, bar.actor, input);
  expect(await balanceOf(bar, guest_id)).toBe(0);
  expect(await sums()).toEqual({ cash: 70, rounding: -70 });
  await roundTo(1_000);
  expect(await refund(bar.deps, bar.actor, input)).toEqual(first);
  expect(await sums()).toEqual({ cash: 70, rounding: -70 });
  const x = await xNow(db.sequelize, { operator_id: engineer.operator_id, now: new Date() });
  expect(x).toMatchObject({ expected_minor: 49_930, corrections: { rounded_minor: 70 } });
  expect(x.methods[0]).toMatchObject({ refunds_minor: 10_100, net_minor: -70 });
  expect((await verifyBooks(bar.deps)).ok).toBe(true);
});

it('the receipts say what was handed out and what of it is rounding', async () => {
  await anOpenShift(bar);
  const { visit_id } = await aVisit(bar);
  await paidIn(visit_id, 10_030);
  await refund(bar.deps, bar.actor, refunding(visit_id, { amount_minor: 10_030, expected_version: 2 }));
  const [booked] = await moneyOfVisit(db.sequelize, visit_id);
  const facts = await moneyFacts(db.sequelize, booked?.transaction_id ?? 0);
  expect(facts).toMatchObject({ kind: 'refund', amount_minor: 10_100, rounded_minor: 70, balance_minor: 0 });
  const look = {
    columns: 48,
    charset: null,
    language: 'ru',
    time_zone: 'Europe/Moscow',
    bar_name: 'Бар',
  } as const;
  expect(moneyReceipt(facts, look)).toMatch(/101,00[^]*В том числе округление[^]*0,70/);
  const visit = await visitFacts(db.sequelize, visit_id, { at: new Date(), vat_permille: 0 });
  expect(visit).toMatchObject({
    topped_up: [{ amount_minor: 10_030 }],
    refunded: [{ amount_minor: 10_100 }],
    rounded_minor: 70,
  });
});

it('by the method of the top-ups only what goes back in cash is rounded, and rounding takes nothing of what may', async () => {
  await anOpenShift(bar);
  const { visit_id, guest_id } = await aVisit(bar);
  await paidIn(visit_id, 5_050, 'card_terminal');
  await paidIn(visit_id, 4_060);
  const part = { amount_minor: 1_010, expected_version: 3 };
  await refund(bar.deps, bar.actor, refunding(visit_id, part));
  const rest = { amount_minor: 3_050, expected_version: 4 };
  await refund(bar.deps, bar.actor, refunding(visit_id, rest));
  const by_card = { amount_minor: 5_050, expected_version: 5, method: 'card_terminal' as const };
  await refund(bar.deps, bar.actor, refunding(visit_id, by_card));
  expect(await balanceOf(bar, guest_id)).toBe(0);
  expect(await sums()).toEqual({ card_terminal: 0, cash: 1_100 + 3_100 - 4_060, rounding: -140 });
});

it('of 16 who close a visit with a remainder one hands it out, rounded once, and the blind count finds it', async () => {
  await anOpenShift(bar, { float_minor: 50_000 });
  const { visit_id, guest_id } = await aVisit(bar);
  await paidIn(visit_id, 10_001);
  const close = () =>
    closeVisit(bar.deps, bar.actor, {
      ...key(),
      visit_id,
      expected_version: 2,
      reason: 'уходит',
      card_returned: true,
      remainder: 'refund',
      method: 'cash',
    });
  const { won } = await race(16, close);
  expect(won).toHaveLength(1);
  expect(await balanceOf(bar, guest_id)).toBe(0);
  expect(await sums()).toEqual({ cash: 99, rounding: -99 });
  const closed = await closeShift({ ...bar.deps, live: ALL_HEARD }, engineer, {
    ...key(),
    counted_cash_minor: 49_901,
  });
  expect(closed).toMatchObject({ expected_cash_minor: 49_901, difference_minor: 0 });
  const { rounded } = await queryOne<{ rounded: number }>(
    db.sequelize,
    `SELECT (z_report->'corrections'->>'rounded_minor')::bigint AS rounded FROM shifts`,
  );
  expect(rounded).toBe(99);
});

it('a debt that is paid off in cash goes down to the step; a part of it is what was given', async () => {
  const scene = await aScene(bar, { balance: minor(4_930) });
  const { grant } = await aPourGranted(scene);
  await settleReport(bar.deps, scene.node, aReport(grant));
  const { guest_id } = scene.visit;
  const paying = (amount_minor: number) => ({ ...key(), guest_id, amount_minor, method: 'cash' as const });
  await payReceivable(bar.deps, bar.actor, paying(3_030));
  expect(await sums()).toEqual({ cash: -3_030 });
  const input = paying(7_040);
  expect(await payReceivable(bar.deps, bar.actor, input)).toEqual({ guest_id, debt_minor: 0 });
  expect(await payReceivable(bar.deps, bar.actor, input)).toEqual({ guest_id, debt_minor: 0 });
  expect(await sums()).toEqual({ cash: -10_030, rounding: -40 });
  const x = await xNow(db.sequelize, { operator_id: engineer.operator_id, now: new Date() });
  expect(x.corrections).toMatchObject({ rounded_minor: 40, debts_paid_cash_minor: 10_030 });
  expect(x.receivables.paid_minor).toBe(10_070);
  expect((await verifyBooks(bar.deps)).ok).toBe(true);
});

it('with nothing to round to nothing is rounded', async () => {
  await roundTo(1);
  await anOpenShift(bar);
  const { visit_id } = await aVisit(bar);
  await paidIn(visit_id, 10_030);
  await refund(bar.deps, bar.actor, refunding(visit_id, { amount_minor: 10_030, expected_version: 2 }));
  expect(await sums()).toEqual({ cash: 0 });
});
