import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { minor } from '#domain/quantity/money';
import { query, queryOne } from '../db/query.ts';
import {
  aBar,
  aGrant,
  aGuest,
  anOpenShift,
  anOperator,
  aTap,
  aVisit,
  balanceOf,
} from '../testing/builders.ts';
import type { Bar } from '../testing/builders.ts';
import { refusalOf } from '../testing/refusals.ts';
import { testDatabase } from '../testing/testDatabase.ts';
import type { TestDatabase } from '../testing/testDatabase.ts';
import { closeVisit } from './closeVisit.ts';
import { openVisit } from './openVisit.ts';
import { topUp } from './topUp.ts';

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

type Close = Parameters<typeof closeVisit>[2];
const closing = (visit_id: number, change: Partial<Close> = {}): Close => ({
  request_id: randomUUID(),
  visit_id,
  expected_version: 1,
  reason: 'уходит',
  card_returned: true,
  remainder: 'refund',
  method: 'cash',
  ...change,
});
const afterwards = (visit_id: number) =>
  queryOne<{ state: string; end_reason: string; card: string }>(
    db.sequelize,
    `SELECT v.state, vc.end_reason, c.state AS card FROM visits v JOIN visit_cards vc ON vc.visit_id = v.id
     JOIN cards c ON c.id = vc.card_id WHERE v.id = $1`,
    [visit_id],
  );

it('a visit is closed once: the remainder given back, the card free again', async () => {
  await anOpenShift(bar);
  const { visit_id, guest_id } = await aVisit(bar);
  await topUp(bar.deps, bar.actor, {
    request_id: randomUUID(),
    visit_id,
    amount_minor: 50_000,
    method: 'cash',
  });
  const input = closing(visit_id, { expected_version: 2 });
  const first = await closeVisit(bar.deps, bar.actor, input);
  expect(await closeVisit(bar.deps, bar.actor, input)).toEqual(first);
  expect(await balanceOf(bar, guest_id)).toBe(0);
  expect(await afterwards(visit_id)).toEqual({ state: 'closed', end_reason: 'returned', card: 'available' });
  expect((await refusalOf(closeVisit(bar.deps, bar.actor, closing(visit_id)))).code).toBe('visit.closed');
});

it('the remainder of a guest with a name is kept; a card that was not handed back is missing', async () => {
  await anOpenShift(bar);
  const { visit_id, guest_id } = await aVisit(bar, { balance: minor(900), name: 'Игорь' });
  await closeVisit(bar.deps, bar.actor, closing(visit_id, { remainder: 'keep', card_returned: false }));
  expect(await balanceOf(bar, guest_id)).toBe(900);
  expect(await afterwards(visit_id)).toEqual({ state: 'closed', end_reason: 'missing', card: 'missing' });
  const again = { request_id: randomUUID(), guest_id, guest: null, card_uid: null };
  await openVisit(bar.deps, bar.actor, again);
});

it('money of a nameless guest is kept for nobody: a shift lead makes it unclaimed', async () => {
  await anOpenShift(bar);
  const { visit_id, guest_id } = await aVisit(bar, { balance: minor(900) });
  const input = closing(visit_id, { remainder: 'keep', card_returned: false });
  expect((await refusalOf(closeVisit(bar.deps, bar.actor, input))).code).toBe('approval.needed');
  await closeVisit(bar.deps, await anOperator(bar, { role: 'shift_lead' }), {
    ...input,
    request_id: randomUUID(),
  });
  expect(await balanceOf(bar, guest_id)).toBe(0);
  const kinds = await query(db.sequelize, `SELECT kind FROM ledger_transactions WHERE visit_id = $1`, [
    visit_id,
  ]);
  expect(kinds).toEqual([{ kind: 'unclaimed' }]);
});

it('a cashier makes it unclaimed with a shift lead’s word in place, and pays back by another way', async () => {
  await anOpenShift(bar);
  const { operator_id, role } = await anOperator(bar, { role: 'shift_lead' });
  const approver = { operator_id, role };
  const nameless = await aVisit(bar, { balance: minor(900) });
  const keep = closing(nameless.visit_id, { remainder: 'keep', card_returned: false, approver });
  await closeVisit(bar.deps, bar.actor, keep);
  expect(await balanceOf(bar, nameless.guest_id)).toBe(0);
  const paid = await aVisit(bar);
  const top_up = { request_id: randomUUID(), visit_id: paid.visit_id, amount_minor: 50_000 };
  await topUp(bar.deps, bar.actor, { ...top_up, method: 'card_terminal' });
  const cash = closing(paid.visit_id, { expected_version: 2 });
  expect((await refusalOf(closeVisit(bar.deps, bar.actor, cash))).code).toBe('approval.needed');
  await closeVisit(bar.deps, bar.actor, { ...cash, approver });
  expect(await balanceOf(bar, paid.guest_id)).toBe(0);
  const trail = await query(
    db.sequelize,
    `SELECT details->>'approved_by' AS approved_by FROM audit_events WHERE action = 'visit.closed'`,
  );
  expect(trail).toEqual([{ approved_by: `${operator_id}` }, { approved_by: `${operator_id}` }]);
});

it.each(['open', 'orphaned'] as const)(
  'an %s grant keeps the visit open, and the answer names it',
  async (state) => {
    const visit = await aVisit(bar, { balance: minor(20_000) });
    const tap = await aTap(bar);
    const grant = await aGrant(bar, { visit, tap }, { state, lease_over: state === 'orphaned' });
    const lead = await anOperator(bar, { role: 'shift_lead' });
    expect(
      await refusalOf(closeVisit(bar.deps, lead, closing(visit.visit_id, { expected_version: 2 }))),
    ).toEqual({
      code: 'visit.has_unsettled_grant',
      params: {
        visit_id: visit.visit_id,
        grant_id: grant.grant_id,
        tap_number: tap.number,
        short_id: grant.short_id,
      },
    });
    expect(await balanceOf(bar, visit.guest_id)).toBe(20_000);
  },
);

it('without an open shift no visit is closed', async () => {
  const { visit_id } = await aVisit(bar);
  expect((await refusalOf(closeVisit(bar.deps, bar.actor, closing(visit_id)))).code).toBe('shift.closed');
});

it('a visit opened without a card closes without one', async () => {
  await anOpenShift(bar);
  const { guest_id } = await aGuest(bar, { name: 'Олег' });
  const opened = await openVisit(bar.deps, bar.actor, {
    request_id: randomUUID(),
    guest_id,
    guest: null,
    card_uid: null,
  });
  expect(await closeVisit(bar.deps, bar.actor, closing(opened.visit_id))).toEqual({
    visit_id: opened.visit_id,
    version: 2,
  });
});
