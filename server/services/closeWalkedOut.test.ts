import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { minor } from '#domain/quantity/money';
import { query } from '../db/query.ts';
import {
  aBar,
  aGrant,
  aGuest,
  anOpenShift,
  anOperator,
  aTap,
  aVisit,
  aVisitWithoutCard,
  balanceOf,
} from '../testing/builders.ts';
import type { Bar } from '../testing/builders.ts';
import { asking, auditActions, refusedWith } from '../testing/pours.ts';
import type { Scene } from '../testing/pours.ts';
import { race, refusalOf } from '../testing/refusals.ts';
import { testDatabase } from '../testing/testDatabase.ts';
import type { TestDatabase } from '../testing/testDatabase.ts';
import { authorisePour } from './authorisePour.ts';
import { closeWalkedOut } from './closeWalkedOut.ts';
import type { Actor } from './support/deps.ts';
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

const command = () => ({
  request_id: randomUUID(),
  reason: 'конец вечера, ушли',
  approver: { operator_id: lead.operator_id, role: lead.role },
});

it('closes every walked-out visit: named money is kept, nameless goes to unclaimed, cards are missing', async () => {
  await anOpenShift(bar);
  const named = await aVisit(bar, { name: 'Анна', balance: minor(30_000) });
  const nameless = await aVisit(bar, { balance: minor(20_000) });
  const { guest_id } = await aGuest(bar, { phone: '79990001122', balance: minor(7_000) });
  const by_phone = await aVisitWithoutCard(bar, { guest_id });
  const empty = await aVisit(bar);
  const input = command();
  const answer = await closeWalkedOut(bar.deps, lead, input);
  const line = (
    visit: { visit_id: number },
    remainder: string,
    amount_minor: number,
    card_missing = true,
  ) => ({
    visit_id: visit.visit_id,
    remainder,
    amount_minor,
    card_missing,
  });
  expect(answer).toEqual({
    closed: [
      line(named, 'keep', 30_000),
      line(nameless, 'unclaimed', 20_000),
      line(by_phone, 'keep', 7_000, false),
      line(empty, 'nothing', 0),
    ],
    left: [],
  });
  expect(await closeWalkedOut(bar.deps, lead, input)).toEqual(answer);
  expect(await balanceOf(bar, named.guest_id)).toBe(30_000);
  expect(await balanceOf(bar, nameless.guest_id)).toBe(0);
  const cards = await query(db.sequelize, 'SELECT DISTINCT state FROM cards');
  expect(cards).toEqual([{ state: 'missing' }]);
  expect(await auditActions(bar, 'visit.closed')).toHaveLength(4);
  expect((await verifyBooks(bar.deps)).ok).toBe(true);
});

it('a visit with an unsettled grant stays, PIN or not', async () => {
  const visit = await aVisit(bar, { balance: minor(50_000) });
  const gone = await aVisit(bar, { balance: minor(1_000) });
  const tap = await aTap(bar);
  await aGrant(bar, { visit, tap }, { state: 'orphaned', lease_over: true });
  const answer = await closeWalkedOut(bar.deps, lead, command());
  expect(answer.left).toEqual([visit.visit_id]);
  expect(answer.closed.map(({ visit_id }) => visit_id)).toEqual([gone.visit_id]);
  expect(await balanceOf(bar, visit.guest_id)).toBe(50_000);
});

it('needs an open shift and the PIN of a shift lead', async () => {
  await aVisit(bar);
  expect((await refusalOf(closeWalkedOut(bar.deps, lead, command()))).code).toBe('shift.closed');
  await anOpenShift(bar);
  const approver = { operator_id: bar.actor.operator_id, role: 'cashier' as const };
  const by_cashier = closeWalkedOut(bar.deps, lead, { ...command(), approver });
  expect((await refusalOf(by_cashier)).code).toBe('approval.needed');
});

it('eight who do it at once close each visit once', async () => {
  await anOpenShift(bar);
  for (let n = 0; n < 5; n += 1) await aVisit(bar, { balance: minor(1_000) });
  const { won } = await race(8, () => closeWalkedOut(bar.deps, lead, command()));
  expect(won.flatMap(({ closed }) => closed)).toHaveLength(5);
  expect((await verifyBooks(bar.deps)).ok).toBe(true);
});

it('cards laid on taps at the same moment: a visit is either closed or pours, never both', async () => {
  await anOpenShift(bar);
  const scenes: Scene[] = [];
  for (let n = 0; n < 6; n += 1) {
    const tap = await aTap(bar);
    const visit = await aVisit(bar, { balance: minor(50_000) });
    scenes.push({ bar, visit, tap, shift_id: 0, node: { node_id: tap.node_id } });
  }
  const outcomes = await Promise.all([
    ...scenes.map((scene) => refusedWith(authorisePour(bar.deps, scene.node, asking(scene)))),
    closeWalkedOut(bar.deps, lead, command()).then(({ closed }) => closed.length),
  ]);
  const closed = outcomes.at(-1);
  const poured = outcomes.filter((outcome) => outcome === 'granted').length;
  expect(poured + Number(closed)).toBe(scenes.length);
  expect(outcomes.slice(0, -1).every((one) => one === 'granted' || one === 'no_active_visit')).toBe(true);
  const both = await query(
    db.sequelize,
    `SELECT v.id FROM visits v JOIN grants g ON g.visit_id = v.id AND g.state = 'open' WHERE v.state = 'closed'`,
  );
  expect(both).toEqual([]);
  expect((await verifyBooks(bar.deps)).ok).toBe(true);
});
