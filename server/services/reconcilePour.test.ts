import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { query } from '../db/query.ts';
import { aBar, anOperator, aTap } from '../testing/builders.ts';
import type { Bar } from '../testing/builders.ts';
import { aPourGranted, aReport, aScene, asking, granted, look } from '../testing/pours.ts';
import type { Scene } from '../testing/pours.ts';
import { race, refusalOf } from '../testing/refusals.ts';
import { testDatabase } from '../testing/testDatabase.ts';
import type { TestDatabase } from '../testing/testDatabase.ts';
import { authorisePour } from './authorisePour.ts';
import { endLease } from './endLease.ts';
import { forceUnlock } from './forceUnlock.ts';
import { reconcilePour } from './reconcilePour.ts';
import type { ReconcileCommand } from './reconcilePour.ts';
import { settleReport } from './settleReport.ts';
import { verifyBooks } from './verifyBooks.ts';

let db: TestDatabase;
let bar: Bar;
let scene: Scene;
beforeAll(async () => {
  db = await testDatabase();
});
beforeEach(async () => {
  await db.truncate();
  bar = await aBar(db);
  scene = await aScene(bar);
  await query(
    db.owner,
    `UPDATE settings SET value = value || '{"max_pour_ml": 1000, "daily_limit_ml": 9000}' WHERE key = 'pour'`,
  );
});
afterAll(() => db.drop());

const enter = (grant: { grant_id: string }, change: Partial<ReconcileCommand> = {}) =>
  reconcilePour(bar.deps, bar.actor, {
    request_id: bar.deps.random.uuid(),
    visit_id: scene.visit.visit_id,
    grant_id: grant.grant_id,
    ml: 300,
    short_id: null,
    reason: 'The tap is silent',
    approver: null,
    ...change,
  });
const silent = async () => {
  const { grant } = await aPourGranted(scene);
  await endLease(bar.deps, grant.grant_id);
  return grant;
};

it('H06: while the pour may run, the seconds that are left are said', async () => {
  const { grant } = await aPourGranted(scene);
  bar.clock.advance(100_000);
  const refusal = await refusalOf(enter(grant, { short_id: grant.short_id }));
  expect(refusal).toEqual({ code: 'grant.pour_may_run', params: { seconds_left: 40 } });
});

it('the code is read as it is shown, in groups', async () => {
  const grant = await silent();
  const { short_id } = grant;
  await enter(grant, { short_id: `${short_id.slice(0, 2)} ${short_id.slice(2, 5)} ${short_id.slice(5)}` });
  expect(await look(scene, grant.client_tx_id)).toMatchObject({
    grant: 'manual, lease over',
    balance_minor: 91_000,
  });
});

it('H15: no code visible, also for 0 ml, with the PIN of a shift lead and of nobody less', async () => {
  const grant = await silent();
  expect(await refusalOf(enter(grant))).toMatchObject({ code: 'approval.needed' });
  expect(await refusalOf(enter(grant, { approver: await anOperator(bar) }))).toMatchObject({
    code: 'approval.needed',
  });
  // An engineer may do what a shift lead may.
  const lead = await anOperator(bar, { role: 'engineer' });
  await enter(grant, { ml: 0, approver: lead });
  expect(await look(scene, grant.client_tx_id)).toMatchObject({
    grant: 'manual, lease over',
    billed_ml: 0,
    balance_minor: 100_000,
    reserved_minor: 0,
    tap: 'selling',
  });
});

it('H16: the code of the visit’s other grant is refused, and that grant is named', async () => {
  const grant = await silent();
  await forceUnlock(
    bar.deps,
    bar.actor,
    {
      request_id: bar.deps.random.uuid(),
      visit_id: scene.visit.visit_id,
      expected_version: 2,
      reason: 'Stuck',
    },
    0,
  );
  const tap = await aTap(bar);
  const other = await granted(authorisePour(bar.deps, { node_id: tap.node_id }, asking({ ...scene, tap })));
  expect(await refusalOf(enter(grant, { short_id: other.short_id }))).toEqual({
    code: 'grant.code_of_other',
    params: { short_id: other.short_id, tap_number: tap.number },
  });
  expect(await refusalOf(enter(grant, { short_id: '000000' }))).toMatchObject({ code: 'grant.code_wrong' });
  await enter(grant, { short_id: grant.short_id });
  expect(await look(scene, other.client_tx_id)).toMatchObject({
    grant: 'open',
    locked: true,
    balance_minor: 91_000,
  });
});

it('more than the limit and what flows after the close is refused with the most that may be entered', async () => {
  const grant = await silent();
  expect(await refusalOf(enter(grant, { ml: 1_001, short_id: grant.short_id }))).toEqual({
    code: 'grant.above_limit',
    params: { max_ml: 1_000 },
  });
});

it("another visit's grant is not found", async () => {
  const other = await aScene(bar);
  const { grant } = await aPourGranted(other);
  await endLease(bar.deps, grant.grant_id);
  expect(await refusalOf(enter(grant, { short_id: grant.short_id }))).toMatchObject({
    code: 'grant.not_found',
  });
});

it('FF_MANUAL_POUR_RECONCILE off: only a shift lead, by PIN or signed in', async () => {
  const grant = await silent();
  const deps = { ...bar.deps, flag_overrides: { FF_MANUAL_POUR_RECONCILE: false } };
  const command = {
    request_id: bar.deps.random.uuid(),
    visit_id: scene.visit.visit_id,
    grant_id: grant.grant_id,
    ml: 300,
    short_id: grant.short_id,
    reason: 'Silent',
    approver: null,
  };
  expect(await refusalOf(reconcilePour(deps, bar.actor, command))).toMatchObject({ code: 'approval.needed' });
  await reconcilePour(deps, { ...bar.actor, role: 'shift_lead' }, command);
  expect(await look(scene, grant.client_tx_id)).toMatchObject({ balance_minor: 91_000 });
});

it('invariant 4: eight cashiers and the late report at once charge the grant once', async () => {
  const grant = await silent();
  const late = settleReport(bar.deps, scene.node, aReport(grant));
  const { won, codes } = await race(8, (index) =>
    enter(grant, { ml: 300 + index, short_id: grant.short_id }),
  );
  await late;
  expect(won.length).toBeLessThanOrEqual(1);
  expect(codes.every((code) => ['request.conflict', 'grant.ended'].includes(code))).toBe(true);
  expect(
    await query(db.sequelize, `SELECT grant_id FROM ledger_transactions WHERE kind = 'pour'`),
  ).toHaveLength(1);
  expect((await look(scene, grant.client_tx_id)).keg_ml).toBe(29_500);
  expect((await verifyBooks(bar.deps)).broken).toEqual([]);
});
