import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { cancelAttempt } from '../services/cancelAttempt.ts';
import { recordHeartbeat } from '../services/recordHeartbeat.ts';
import { reportCardLost } from '../services/reportCardLost.ts';
import { setSettings } from '../services/setSettings.ts';
import { anOperator, aVisit } from '../testing/builders.ts';
import { auditActions, BOOT } from '../testing/pours.ts';
import { query } from '../db/query.ts';
import { refusalOf } from '../testing/refusals.ts';
import { testDatabase } from '../testing/testDatabase.ts';
import type { TestDatabase } from '../testing/testDatabase.ts';
import { minors, ml, Trace } from '../testing/trace.ts';

/*
 * The traces that a model checker found in the first form of the rules, as they run now: the till's side of each on the real
 * database. g0 and g1 are grants at tap 0 and tap 1; limit 2, balance 3, price 1. What the tap must do besides is tested
 * there (docs/acceptance.md). H17 and after: traces.late.test.ts.
 */
let db: TestDatabase;
let trace: Trace;
beforeAll(async () => {
  db = await testDatabase();
});
beforeEach(async () => {
  await db.truncate();
  trace = await Trace.begin(db);
});
afterEach(async () => {
  expect(await trace.booksBroken()).toEqual([]);
});
afterAll(() => db.drop());

const NEXT_BOOT = 'boot-0000-0002';
const codeOf = async (work: Promise<unknown>) => (await refusalOf(work)).code;

it('H01 · g0 open, force unlock, g1 over the same money, both settle: the orphaned limit stayed reserved', async () => {
  const g0 = await trace.grant(0);
  expect(g0.limit_ml).toBe(ml(2));
  await trace.forceUnlock();
  const g1 = await trace.grant(1);
  expect(g1.limit_ml).toBe(ml(1));
  await trace.settle(1, g1, 1);
  await trace.settle(0, g0, 2);
  expect(await trace.look(g0)).toMatchObject({ balance_minor: 0, owed_minor: 0, reviews: [] });
});

it('H02 · g0 open, refund 3: refused beyond what is free; the pour is paid in full', async () => {
  const g0 = await trace.grant(0);
  expect(await refusalOf(trace.refund(3))).toMatchObject({
    code: 'money.above_free_balance',
    params: { free_minor: minors(1) },
  });
  await trace.refund(1);
  await trace.settle(0, g0, 2);
  expect(await trace.look(g0)).toMatchObject({ balance_minor: 0, owed_minor: 0, grant: 'settled' });
});

it('H03 · g0 orphaned overshoots: what it takes is its own money, the rest is owed, g1 is paid', async () => {
  const g0 = await trace.grant(0);
  await trace.forceUnlock();
  const g1 = await trace.grant(1);
  await trace.settle(0, g0, 3);
  expect(await trace.look(g0)).toMatchObject({ balance_minor: minors(1), owed_minor: minors(1) });
  await trace.settle(1, g1, 1);
  expect(await trace.look(g1, 1)).toMatchObject({
    balance_minor: 0,
    owed_minor: minors(1),
    grant: 'settled',
  });
});

it('H04 · g0 orphaned, close visit, refund, late sync: the visit stays open until the grant has ended', async () => {
  const g0 = await trace.grant(0);
  await trace.forceUnlock();
  expect(await codeOf(trace.closeVisit())).toBe('visit.has_unsettled_grant');
  await trace.settle(0, g0, 2);
  await trace.closeVisit();
  expect(await trace.look(g0)).toMatchObject({ grant: 'settled', balance_minor: 0, owed_minor: 0 });
});

it('H05 · g0 orphaned, the tap never answers: manual entry ends it, visit and shift close', async () => {
  const g0 = await trace.grant(0);
  await trace.forceUnlock();
  await trace.leaseOver(g0);
  await trace.reconcile(g0, 0, null);
  expect((await trace.look(g0)).grant).toBe('manual, lease over');
  await trace.closeVisit();
  expect((await trace.closeShift([trace.taps[0]])).z_number).toBe(1);
});

it('H06 · valve open, reconcile g0 with 0: refused while the pour may run, and the pour is charged', async () => {
  const g0 = await trace.grant(0);
  expect(await codeOf(trace.reconcile(g0, 0))).toBe('grant.pour_may_run');
  await trace.forceUnlock();
  expect(await codeOf(trace.reconcile(g0, 0))).toBe('grant.pour_may_run');
  await trace.settle(0, g0, 2);
  expect(await trace.look(g0)).toMatchObject({ balance_minor: minors(1), grant: 'settled' });
});

it('H07 · partition, the guest still pours: the lease outlives start window and pour cap, whatever is set', async () => {
  const g0 = await trace.grant(0);
  expect(g0.start_window_left_ms).toBe(10_000);
  trace.bar.clock.advance(10_000 + 120_000);
  expect(await codeOf(trace.reconcile(g0, 1))).toBe('grant.pour_may_run');
  await trace.settle(0, g0, 2);
  await trace.closeVisit();
  await trace.closeShift();
  const engineer = await anOperator(trace.bar, { role: 'engineer' });
  const shorter = { request_id: randomUUID(), reason: 'быстрее', section: 'pour' as const };
  const set = setSettings(trace.bar.deps, engineer, { ...shorter, values: { lease_ms: 130_000 } });
  expect(await refusalOf(set)).toMatchObject({ code: 'input.invalid' });
});

it('H08 · granted, the reply is lost, force unlock, retry: not granted again', async () => {
  const input = trace.asked(0);
  const g0 = await trace.grant(0, input);
  expect((await trace.grant(0, { ...input, attempt: 2 })).grant_id).toBe(g0.grant_id);
  await trace.forceUnlock();
  const g1 = await trace.grant(1);
  expect(await trace.answer(0, { ...input, attempt: 3 })).toBe('grant_over');
  expect(await trace.look(g1, 1)).toMatchObject({ grant: 'open', locked: true });
});

it('H08 · granted, the reply is lost, the card is reported lost, retry: a lost card gets no grant', async () => {
  const input = trace.asked(0);
  await trace.grant(0, input);
  const { visit_id } = trace;
  await reportCardLost(trace.bar.deps, trace.bar.actor, {
    request_id: randomUUID(),
    visit_id,
    reason: 'украли',
  });
  expect(await trace.answer(0, { ...input, attempt: 2 })).toBe('grant_over');
  expect(await trace.answer(0)).toBe('lost_card');
});

it.each([
  ['an emergency stop', `INSERT INTO settings (key, value) VALUES ('emergency_stop', 'true')`],
  ['a closed shift', `UPDATE shifts SET state = 'closed', closed_at = now(), z_number = 1`],
])('H08 · granted, the reply is lost, %s, retry: not granted again', async (_, sql) => {
  const input = trace.asked(0);
  await trace.grant(0, input);
  await query(db.owner, sql);
  expect(await trace.answer(0, { ...input, attempt: 2 })).toBe('grant_over');
});

it('H09 · a new SD card uses a transaction id again: it opens nothing, and another card under it is a conflict', async () => {
  const input = trace.asked(0);
  const g0 = await trace.grant(0, input);
  await trace.settle(0, g0, 1);
  expect(await trace.answer(0, input)).toBe('grant_over');
  const other = await aVisit(trace.bar, { name: 'Другой' });
  expect(await codeOf(trace.answer(0, { ...input, card_uid: other.uid }))).toBe('request.conflict');
  expect(await auditActions(trace.bar, 'security.%')).toEqual(['security.attempt_conflict']);
  expect(await trace.look(g0)).toMatchObject({
    grant: 'settled',
    balance_minor: minors(2),
    reserved_minor: 0,
  });
});

it('H10 · an attempt given up is never resumed; what was poured on a released grant is shown, not lost', async () => {
  const input = trace.asked(0);
  const g0 = await trace.grant(0, input);
  await cancelAttempt(trace.bar.deps, trace.taps[0], input);
  expect(await trace.answer(0, { ...input, attempt: 2 })).toBe('grant_over');
  expect(await trace.settle(0, g0, 2)).toBe('accepted');
  expect(await trace.look(g0)).toMatchObject({
    grant: 'released',
    balance_minor: minors(3),
    keg_ml: 30_000 - ml(2),
    reviews: ['unbilled_pour'],
  });
});

it('H10 · the cancel overtakes the request itself: the transaction is burnt', async () => {
  const input = trace.asked(0);
  expect((await cancelAttempt(trace.bar.deps, trace.taps[0], input)).outcome).toBe('burnt');
  expect(await trace.answer(0, input)).toBe('grant_over');
  expect(await trace.look(input)).toMatchObject({ grant: 'burnt', locked: false, reserved_minor: 0 });
});

it('H10 · an intent ends by a settle of 0 ml where nothing flowed: released, free, once', async () => {
  const g0 = await trace.grant(0);
  expect(await trace.settle(0, g0, 0)).toBe('accepted');
  expect(await trace.look(g0)).toMatchObject({ grant: 'released', locked: false, reserved_minor: 0 });
});

it('H11 · the card was taken before the answer came: the tap gives the attempt up, lock and reserve are free', async () => {
  const input = trace.asked(0);
  const g0 = await trace.grant(0, input);
  expect(await trace.look(g0)).toMatchObject({ locked: true, reserved_minor: minors(2) });
  expect((await cancelAttempt(trace.bar.deps, trace.taps[0], input)).outcome).toBe('released');
  expect(await trace.look(g0)).toMatchObject({ grant: 'released', locked: false, reserved_minor: 0 });
  expect((await trace.grant(1)).limit_ml).toBe(ml(2));
});

it.each([
  ['the SD card was replaced', { journal_id: 'journal-0000-0002', boot_id: NEXT_BOOT }, 'journal_new'],
  ['an old image, its marks went back', { boot_id: NEXT_BOOT, seq_high: 0 }, 'journal_went_back'],
])('H12 · %s: hello knows nothing of g0 and releases nothing', async (_, said, review) => {
  const before = await trace.grant(0);
  await trace.settle(0, before, 1, { seq: 7 });
  await trace.hello(0, { seq_high: 7 });
  const g0 = await trace.grant(0);
  const { unsettled } = await trace.hello(0, said);
  expect(unsettled.map(({ grant_id }) => grant_id)).toEqual([g0.grant_id]);
  expect(await trace.look(g0)).toMatchObject({ grant: 'open', locked: true, reviews: [review] });
  await trace.leaseOver(g0);
  await trace.reconcile(g0, 2);
  expect((await trace.look(g0)).balance_minor).toBe(0);
});

it('H12 · the same journal whose marks stand, of a later boot: what it does not hold was never poured', async () => {
  await trace.hello(0);
  const g0 = await trace.grant(0);
  expect((await trace.hello(0, { boot_id: NEXT_BOOT })).unsettled).toEqual([]);
  expect(await trace.look(g0)).toMatchObject({ grant: 'released', locked: false });
});

it('H13 · tx1 at the tap that still has tx0: any lock refuses, the own tap’s too', async () => {
  const g0 = await trace.grant(0);
  expect(await trace.answer(0)).toBe('card_in_use_here');
  expect(await trace.answer(1)).toBe('card_in_use_on_other_tap');
  expect(await trace.look(g0)).toMatchObject({ grant: 'open', reserved_minor: minors(2) });
});

it('H14 · the answer is in flight, the card is lost: the stop is pushed and repeated until the grant has ended', async () => {
  await trace.hello(0);
  const g0 = await trace.grant(0);
  const { grant_id } = g0;
  const { visit_id } = trace;
  await reportCardLost(trace.bar.deps, trace.bar.actor, {
    request_id: randomUUID(),
    visit_id,
    reason: 'украли',
  });
  expect(trace.pushed).toEqual([{ kind: 'stop_grant', grant_id }]);
  const beat = async (stops_acknowledged: string[] = []) => {
    const taps = [{ tap_id: trace.taps[0].tap_id, phase: 'idle' as const, meter_total_ml: 0 }];
    const heard = { boot_id: BOOT, queue_depth: 0, oldest_age_ms: null, taps, stops_acknowledged };
    return (await recordHeartbeat(trace.bar.deps, trace.taps[0], heard)).stop_grants;
  };
  expect(await beat()).toEqual([grant_id]);
  expect((await trace.hello(0)).unsettled).toMatchObject([{ grant_id, stopped: true }]);
  await beat([grant_id]);
  expect(await auditActions(trace.bar, 'grant.stop_acknowledged')).toHaveLength(1);
  // The node remembered the stop and did not open: its intent ends with nothing poured.
  await trace.settle(0, g0, 0);
  expect(await beat()).toEqual([]);
  expect(await trace.look(g0)).toMatchObject({ balance_minor: minors(3), reserved_minor: 0 });
});

it('H15 · g0 granted, the tap silent for ever, nobody has seen a code: 0 ml without a code, by a shift lead', async () => {
  const g0 = await trace.grant(0);
  expect(g0.short_id).toMatch(/^\d{6}$/);
  await trace.leaseOver(g0);
  await trace.reconcile(g0, 0, null);
  expect(await trace.look(g0)).toMatchObject({
    grant: 'manual, lease over',
    balance_minor: minors(3),
    locked: false,
  });
});

it('H15 · a counter that begins anew never gives a code that the visit has had', async () => {
  const codes = new Set<string>();
  for (let pour = 0; pour < 3; pour++) {
    await query(db.owner, 'UPDATE taps SET short_code_counter = 0');
    const grant = await trace.grant(0);
    codes.add(grant.short_id);
    expect(await trace.settle(0, grant, 1)).toBe('accepted');
  }
  expect(codes.size).toBe(3);
});

it('H16 · g1 orphaned, g0 open, g1’s code typed for g0: refused, naming the tap; each is charged once', async () => {
  const g1 = await trace.grant(1);
  await trace.forceUnlock();
  const g0 = await trace.grant(0);
  await trace.leaseOver(g1);
  await trace.leaseOver(g0);
  expect(await refusalOf(trace.reconcile(g0, 1, g1.short_id))).toEqual({
    code: 'grant.code_of_other',
    params: { short_id: g1.short_id, tap_number: trace.taps[1].number },
  });
  expect((await trace.look(g0)).balance_minor).toBe(minors(3));
  await trace.reconcile(g1, 2);
  await trace.settle(0, g0, 1);
  await trace.settle(1, g1, 2);
  expect(await trace.look(g0)).toMatchObject({ balance_minor: 0, owed_minor: 0, reviews: [] });
});
