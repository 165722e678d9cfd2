import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { query, queryOne } from '../db/query.ts';
import { receivables } from '../queries/receivables.ts';
import { aBar, aGuest, anOperator } from '../testing/builders.ts';
import type { Bar } from '../testing/builders.ts';
import type { Actor } from './support/deps.ts';
import { aPourGranted, aReport, aScene, asking, auditActions, refusedWith } from '../testing/pours.ts';
import type { Scene } from '../testing/pours.ts';
import { race, refusalOf } from '../testing/refusals.ts';
import { testDatabase } from '../testing/testDatabase.ts';
import type { TestDatabase } from '../testing/testDatabase.ts';
import { authorisePour } from './authorisePour.ts';
import { carryReceivable, payReceivable, writeOffReceivable } from './payReceivable.ts';
import { settleReport } from './settleReport.ts';
import { topUp } from './topUp.ts';
import { verifyBooks } from './verifyBooks.ts';

let db: TestDatabase;
let bar: Bar;
let lead: Actor;
let scene: Scene;
/** 5,000 on the account, a pour of 500 ml for 15,000: 10,000 owed. */
beforeEach(async () => {
  await db.truncate();
  bar = await aBar(db);
  lead = await anOperator(bar, { role: 'shift_lead' });
  scene = await aScene(bar, { balance: 5_000 });
  const { grant } = await aPourGranted(scene);
  await settleReport(bar.deps, scene.node, aReport(grant));
});
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(async () => {
  await db.drop();
});

const debtOf = async (guest_id = scene.visit.guest_id) =>
  (await receivables(db.sequelize)).find((row) => row.guest_id === guest_id)?.debt_minor ?? 0;
const sumOf = async (kind: string) =>
  (
    await queryOne<{ sum: number }>(
      db.sequelize,
      `SELECT coalesce(sum(e.amount_minor), 0)::bigint AS sum FROM ledger_entries e JOIN ledger_accounts a ON a.id = e.account_id
       WHERE a.kind = $1`,
      [kind],
    )
  ).sum;
const paying = (amount_minor: number) => ({
  request_id: randomUUID(),
  guest_id: scene.visit.guest_id,
  amount_minor,
  method: 'cash' as const,
});
const moneyIs = (value: object) =>
  query(db.sequelize, `INSERT INTO settings (key, value) VALUES ('money', $1::jsonb) RETURNING key`, [
    JSON.stringify(value),
  ]);
const authorise = () => refusedWith(authorisePour(bar.deps, scene.node, asking(scene)));
const toppedUp = (amount_minor: number) =>
  topUp(bar.deps, bar.actor, {
    request_id: randomUUID(),
    visit_id: scene.visit.visit_id,
    amount_minor,
    method: 'cash',
  });

it('a debt is listed with its guest and visit until it is paid at the till, once', async () => {
  expect(await receivables(db.sequelize)).toMatchObject([
    { guest_id: scene.visit.guest_id, debt_minor: 10_000, active_visit_id: scene.visit.visit_id },
  ]);
  const input = paying(4_000);
  expect(await payReceivable(bar.deps, bar.actor, input)).toEqual({
    guest_id: scene.visit.guest_id,
    debt_minor: 6_000,
  });
  await payReceivable(bar.deps, bar.actor, input);
  expect([await debtOf(), await sumOf('cash')]).toEqual([6_000, -4_000]);
  expect(await refusalOf(payReceivable(bar.deps, bar.actor, paying(6_001)))).toEqual({
    code: 'money.above_debt',
    params: { guest_id: scene.visit.guest_id, debt_minor: 6_000 },
  });
  await payReceivable(bar.deps, bar.actor, { ...paying(6_000), method: 'card_terminal' });
  expect(await receivables(db.sequelize)).toEqual([]);
  expect((await verifyBooks(bar.deps)).ok).toBe(true);
});

it('of 16 who pay the whole debt one wins, nobody pays it twice', async () => {
  const { won, codes } = await race(16, () => payReceivable(bar.deps, bar.actor, paying(10_000)));
  expect(won).toHaveLength(1);
  expect(codes).toEqual(Array(15).fill('money.above_debt'));
  expect(await sumOf('cash')).toBe(-10_000);
});

it('is written off to loss by a shift lead’s PIN with a reason, by nobody else', async () => {
  const { guest_id } = scene.visit;
  const input = { request_id: randomUUID(), guest_id, amount_minor: 10_000, reason: 'ушёл', approver: null };
  expect((await refusalOf(writeOffReceivable(bar.deps, lead, input))).code).toBe('approval.needed');
  expect(
    (await refusalOf(writeOffReceivable(bar.deps, lead, { ...input, approver: { ...bar.actor } }))).code,
  ).toBe('approval.needed');
  const approved = { ...input, approver: { ...lead } };
  const first = await writeOffReceivable(bar.deps, bar.actor, approved);
  expect(await writeOffReceivable(bar.deps, bar.actor, approved)).toEqual(first);
  expect([await debtOf(), await sumOf('loss')]).toEqual([0, -10_000]);
  expect(await auditActions(bar, 'receivable.%')).toEqual(['receivable.written_off']);
  expect((await verifyBooks(bar.deps)).ok).toBe(true);
});

it('is carried to a guest with a name, who owes it from now on', async () => {
  const named = await aGuest(bar, { name: 'Борис' });
  const nameless = await aGuest(bar);
  const input = {
    request_id: randomUUID(),
    guest_id: scene.visit.guest_id,
    to_guest_id: named.guest_id,
    amount_minor: 10_000,
    reason: 'друг заплатит',
    approver: null,
  };
  expect((await refusalOf(carryReceivable(bar.deps, bar.actor, input))).code).toBe('approval.needed');
  expect(
    (await refusalOf(carryReceivable(bar.deps, lead, { ...input, to_guest_id: nameless.guest_id }))).code,
  ).toBe('guest.nameless');
  expect((await refusalOf(carryReceivable(bar.deps, lead, { ...input, to_guest_id: 4711 }))).code).toBe(
    'guest.not_found',
  );
  expect(
    (await refusalOf(carryReceivable(bar.deps, lead, { ...input, to_guest_id: input.guest_id }))).code,
  ).toBe('input.invalid');
  await carryReceivable(bar.deps, lead, input);
  expect([await debtOf(), await debtOf(named.guest_id)]).toEqual([0, 10_000]);
  expect((await verifyBooks(bar.deps)).ok).toBe(true);
});

it('two debts carried to each other at the same moment do not wait for each other for ever', async () => {
  const other = await aScene(bar, { balance: 5_000 });
  const { grant } = await aPourGranted(other);
  await settleReport(bar.deps, other.node, aReport(grant));
  await query(db.sequelize, `UPDATE guests SET name = 'Гость ' || id RETURNING id`);
  const [a, b] = [scene.visit.guest_id, other.visit.guest_id];
  const { won } = await race(8, (index) =>
    carryReceivable(bar.deps, lead, {
      request_id: randomUUID(),
      guest_id: index % 2 === 0 ? a : b,
      to_guest_id: index % 2 === 0 ? b : a,
      amount_minor: 1_000,
      reason: 'обмен',
      approver: null,
    }),
  );
  expect(won).toHaveLength(8);
  expect([await debtOf(a), await debtOf(b)]).toEqual([10_000, 10_000]);
});

it('without an open shift no debt moves', async () => {
  await query(
    db.owner,
    `UPDATE shifts SET state = 'closed', closed_at = now(), z_number = 1 WHERE state = 'open' RETURNING id`,
  );
  expect((await refusalOf(payReceivable(bar.deps, bar.actor, paying(1)))).code).toBe('shift.closed');
});

it('setting: an open debt refuses the card until a top-up has paid it', async () => {
  expect(await authorise()).toBe('debt_open');
  await toppedUp(20_000);
  expect([await debtOf(), await authorise()]).toEqual([0, 'granted']);
});

it('setting debt_from_top_up off: a top-up leaves the debt, the card stays refused until it is paid by itself', async () => {
  await moneyIs({ debt_from_top_up: false });
  await toppedUp(20_000);
  expect([await debtOf(), await authorise()]).toEqual([10_000, 'debt_open']);
  await payReceivable(bar.deps, bar.actor, paying(10_000));
  expect(await authorise()).toBe('granted');
});

it('setting debt_refuses off: a guest who owes and has money pours, the debt waits', async () => {
  await moneyIs({ debt_refuses: false, debt_from_top_up: false });
  await toppedUp(20_000);
  expect([await authorise(), await debtOf()]).toEqual(['granted', 10_000]);
});
