import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { query } from '../db/query.ts';
import { activeVisitRows } from '../queries/visitRows.ts';
import { visitView } from '../queries/visitView.ts';
import { aBar, anOpenShift, anOperator, aTap, balanceOf } from '../testing/builders.ts';
import type { Bar, BuiltTap } from '../testing/builders.ts';
import type { Actor } from './support/deps.ts';
import { ALL_HEARD, aReport, asking, granted, refusedWith } from '../testing/pours.ts';
import { race, refusalOf } from '../testing/refusals.ts';
import { testDatabase } from '../testing/testDatabase.ts';
import type { TestDatabase } from '../testing/testDatabase.ts';
import { authorisePour } from './authorisePour.ts';
import { closeShift } from './closeShift.ts';
import { openHouseVisit } from './openHouseVisit.ts';
import type { OpenHouseVisit } from './openHouseVisit.ts';
import { openShift } from './openShift.ts';
import { raiseLimit } from './raiseLimit.ts';
import { refund } from './refund.ts';
import { settleReport } from './settleReport.ts';
import { topUp } from './topUp.ts';
import { verifyBooks } from './verifyBooks.ts';

const CARD = '04A1B2C3D4E580';
let db: TestDatabase;
let bar: Bar;
let lead: Actor;
let tap: BuiltTap;
beforeAll(async () => {
  db = await testDatabase();
});
beforeEach(async () => {
  await db.truncate();
  bar = await aBar(db, { live: ALL_HEARD });
  lead = await anOperator(bar, { role: 'shift_lead' });
  await anOpenShift(bar);
  tap = await aTap(bar);
});
afterAll(async () => {
  await db.drop();
});

const opening = (change: Partial<OpenHouseVisit> = {}): OpenHouseVisit => ({
  request_id: randomUUID(),
  purpose: 'tasting',
  card_uid: CARD,
  reason: 'новый сорт',
  approver: null,
  ...change,
});
const authorise = () =>
  authorisePour(bar.deps, tap, asking({ tap, visit: { visit_id: 0, guest_id: 0, card_id: 0, uid: CARD } }));
async function pour(metered_ml: number): Promise<void> {
  const grant = await granted(authorise());
  await settleReport(bar.deps, tap, aReport(grant, { metered_ml }));
}
const sums = async () =>
  Object.fromEntries(
    (
      await query<{ kind: string; sum: number }>(
        db.sequelize,
        `SELECT a.kind, sum(e.amount_minor)::bigint AS sum FROM ledger_entries e JOIN ledger_accounts a ON a.id = e.account_id
         GROUP BY a.kind HAVING sum(e.amount_minor) <> 0`,
      )
    ).map(({ kind, sum }) => [kind, sum]),
  );
const closing = () => ({
  request_id: randomUUID(),
  counted_cash_minor: 0,
  count: null,
  reason: 'сошлось',
  waivers: [],
  approver: null,
});

it('a shift lead opens the house’s visit of a purpose, once, with a reason; a cashier needs their PIN', async () => {
  expect((await refusalOf(openHouseVisit(bar.deps, bar.actor, opening()))).code).toBe('approval.needed');
  const input = opening({ approver: { ...lead } });
  const first = await openHouseVisit(bar.deps, bar.actor, input);
  expect(await openHouseVisit(bar.deps, bar.actor, input)).toEqual(first);
  expect(await activeVisitRows(db.sequelize)).toMatchObject([
    { visit_id: first.visit_id, house_purpose: 'tasting', guest_name: null, card_uid: CARD },
  ]);
  expect(await query(db.sequelize, `SELECT kind, reason FROM ledger_transactions`)).toEqual([
    { kind: 'comp', reason: 'новый сорт' },
  ]);
});

it('of 16 callers for one purpose one wins; each purpose has its own', async () => {
  const { won, codes } = await race(16, () => openHouseVisit(bar.deps, lead, opening({ card_uid: null })));
  expect(won).toHaveLength(1);
  expect(codes).toEqual(Array(15).fill('visit.guest_has_one'));
  await openHouseVisit(bar.deps, lead, opening({ purpose: 'training', card_uid: null }));
  expect(await query(db.sequelize, 'SELECT house_purpose FROM guests ORDER BY id')).toHaveLength(2);
});

it('pours up to the day’s cap of its purpose, on comp; a shift lead’s PIN adds to it', async () => {
  await query(
    db.sequelize,
    `INSERT INTO settings (key, value)
     VALUES ('money', '{"house_ml_per_day": {"tasting": 500, "staff": 0, "quality": 0, "training": 0}}') RETURNING key`,
  );
  const { visit_id } = await openHouseVisit(bar.deps, lead, opening());
  const grant = await granted(authorise());
  expect(grant.limit_ml).toBe(500);
  expect((await visitView(bar.deps, visit_id, 'cashier')).service).toMatchObject({ unit: 'ml', limit: 500 });
  await settleReport(bar.deps, tap, aReport(grant));
  expect(await refusedWith(authorise())).toBe('service_limit');
  await raiseLimit(bar.deps, bar.actor, {
    request_id: randomUUID(),
    visit_id,
    extra: 200,
    reason: 'ещё гости',
    approver: { ...lead },
  });
  await pour(200);
  expect(await sums()).toEqual({ sales: 21_000, comp: -21_000 });
  expect((await verifyBooks(bar.deps)).ok).toBe(true);
});

it('takes no money and gives none', async () => {
  const { visit_id, version } = await openHouseVisit(bar.deps, lead, opening());
  const on = { request_id: randomUUID(), visit_id, amount_minor: 1_000, method: 'cash' as const };
  expect((await refusalOf(topUp(bar.deps, bar.actor, on))).code).toBe('visit.of_the_house');
  const back = { ...on, expected_version: version, reason: 'нет', approver: null, approval: null };
  expect((await refusalOf(refund(bar.deps, lead, back))).code).toBe('money.above_free_balance');
});

it('shift close takes the house’s visits with it and what was not poured goes back to comp', async () => {
  const { visit_id } = await openHouseVisit(bar.deps, lead, opening());
  await pour(300);
  await closeShift(bar.deps, lead, closing());
  expect(await query(db.sequelize, 'SELECT state FROM visits')).toEqual([{ state: 'closed' }]);
  const [guest] = await query<{ id: number }>(db.sequelize, 'SELECT id FROM guests');
  expect(await balanceOf(bar, guest?.id ?? 0)).toBe(0);
  expect(await sums()).toEqual({ sales: 9_000, comp: -9_000 });
  await openShift(bar.deps, lead, { request_id: randomUUID(), float_minor: 0 });
  const again = await openHouseVisit(bar.deps, lead, opening());
  expect(again.visit_id).not.toBe(visit_id);
  expect(await query(db.sequelize, 'SELECT count(*) AS guests FROM guests')).toEqual([{ guests: 1 }]);
  expect((await verifyBooks(bar.deps)).ok).toBe(true);
});

it('a house visit with an unsettled pour keeps the shift open, and stays open itself', async () => {
  await openHouseVisit(bar.deps, lead, opening());
  await openHouseVisit(bar.deps, lead, opening({ purpose: 'staff', card_uid: null }));
  await granted(authorise());
  expect(await refusalOf(closeShift(bar.deps, lead, closing()))).toMatchObject({
    code: 'shift.precheck_failed',
    params: { active_visits: 0, unsettled_grants: 1 },
  });
  expect(await query(db.sequelize, `SELECT 1 AS there FROM visits WHERE state = 'active'`)).toHaveLength(2);
});
