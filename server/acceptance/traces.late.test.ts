import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { isOlderTill } from '#domain/node/tillLife';
import { query, queryOne } from '../db/query.ts';
import { tillLife } from '../queries/tillLife.ts';
import { authorisePour } from '../services/authorisePour.ts';
import { cancelAttempt } from '../services/cancelAttempt.ts';
import { closeVisit } from '../services/closeVisit.ts';
import { createEnrolment } from '../services/createEnrolment.ts';
import { restartLeases } from '../services/endLease.ts';
import { openVisit } from '../services/openVisit.ts';
import { reconcilePour } from '../services/reconcilePour.ts';
import { revokeNode } from '../services/revokeNode.ts';
import { settleReport } from '../services/settleReport.ts';
import { settleReports } from '../services/settleReports.ts';
import { leaseClock } from '../services/support/leaseClock.ts';
import { topUp } from '../services/topUp.ts';
import { aBar, aVisit, balanceOf } from '../testing/builders.ts';
import { aReport, aStrayReport, asking, auditActions, bookRows, granted, JOURNAL } from '../testing/pours.ts';
import { refusalOf } from '../testing/refusals.ts';
import { testDatabase } from '../testing/testDatabase.ts';
import type { TestDatabase } from '../testing/testDatabase.ts';
import { minors, ml, Trace } from '../testing/trace.ts';

/* H17 and after: late reports, new journals, restored tills, the clock. The frame is that of traces.test.ts. */
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

const codeOf = async (work: Promise<unknown>) => (await refusalOf(work)).code;
/** Entered by hand, so many units. */
async function byHand(units: number) {
  const g0 = await trace.grant(0);
  await trace.leaseOver(g0);
  await trace.reconcile(g0, units);
  return g0;
}

it('H17 · manual 2, late sync 0, same code: a mismatch that somebody looks at', async () => {
  const g0 = await byHand(2);
  expect(await trace.settle(0, g0, 0)).toBe('late_sync_mismatch');
  expect(await trace.look(g0)).toMatchObject({
    balance_minor: minors(1),
    billed_ml: ml(2),
    metered_ml: 0,
    reviews: ['late_sync_mismatch'],
  });
});

it('H17 · manual 2, late sync 2: matched, and there is nothing to look at', async () => {
  const g0 = await byHand(2);
  expect(await trace.settle(0, g0, 2)).toBe('late_sync_matched');
  expect(await trace.look(g0)).toMatchObject({ balance_minor: minors(1), reviews: [] });
});

it.each([0, 1, 2])('H18 · manual 2, meter %i: the keg has lost what the meter says', async (metered) => {
  const g0 = await byHand(2);
  expect((await trace.look(g0)).keg_ml).toBe(30_000 - ml(2));
  await trace.settle(0, g0, metered);
  expect((await trace.look(g0)).keg_ml).toBe(30_000 - ml(metered));
});

it('H19 · a new SD card, seq from the beginning: the second pour is no duplicate', async () => {
  const g0 = await trace.grant(0);
  expect(await trace.settle(0, g0, 1, { seq: 1, journal_id: JOURNAL })).toBe('accepted');
  const next = await trace.grant(0);
  expect(await trace.settle(0, next, 1, { seq: 1, journal_id: 'journal-0000-0002' })).toBe('accepted');
  expect(await trace.look(next)).toMatchObject({ balance_minor: minors(1), keg_ml: 30_000 - ml(2) });
});

it('H20 · a recovered intent under a settled transaction, other volume: quarantined, the queue goes on', async () => {
  const g0 = await trace.grant(0);
  await trace.settle(0, g0, 1, { seq: 1 });
  const next = await trace.grant(0);
  const recovered = aReport(g0, { metered_ml: 120, end_reason: 'power_loss', seq: 2 });
  const reports = [recovered, aReport(next, { metered_ml: ml(1), seq: 3 })];
  const { verdicts } = await settleReports(trace.bar.deps, trace.taps[0], reports);
  expect(verdicts.map(({ verdict }) => verdict)).toEqual(['quarantined', 'accepted']);
  expect(await trace.look(next)).toMatchObject({
    balance_minor: minors(1),
    keg_ml: 30_000 - ml(2),
    reviews: ['other_facts'],
  });
});

it('H21 · a tap is destroyed: its line of the check list is waived by PIN and reason, and no other', async () => {
  const [dead] = trace.taps;
  expect(await codeOf(trace.closeShift([dead]))).toBe('shift.precheck_failed');
  await trace.closeVisit();
  expect((await trace.closeShift([dead])).z_number).toBe(1);
  const { waived } = await queryOne<{ waived: unknown }>(
    db.sequelize,
    `SELECT z_report->'waived_taps' AS waived FROM shifts`,
  );
  const approved_by = trace.lead.operator_id;
  expect(waived).toEqual([{ tap_number: dead.number, reason: 'разбит', approved_by }]);
});

it.each(['open', 'orphaned', 'open, lease over'])(
  'H22 · the shift is closed by PIN over a grant that is %s: refused, the pour falls into this shift',
  async (state) => {
    const g0 = await trace.grant(0);
    if (state === 'orphaned') await trace.forceUnlock();
    if (state === 'open, lease over') await trace.leaseOver(g0);
    expect(await refusalOf(trace.closeShift([...trace.taps]))).toMatchObject({
      code: 'shift.precheck_failed',
      params: { active_visits: 1, unsettled_grants: 1, silent_taps: 0 },
    });
    await trace.settle(0, g0, 2);
    const shifts = await query(
      db.sequelize,
      `SELECT t.shift_id FROM ledger_transactions t WHERE t.kind = 'pour'`,
    );
    expect(shifts).toEqual([{ shift_id: trace.scene.shift_id }]);
  },
);

it('H22 · a report that comes after the Z moves the keg, no money, and the Z stays', async () => {
  const g0 = await byHand(1);
  await trace.closeVisit();
  await trace.closeShift();
  const z = () => query(db.sequelize, 'SELECT z_number, z_report::text FROM shifts');
  const printed = await z();
  expect(await trace.settle(0, g0, 2)).toBe('late_sync_mismatch');
  expect(await z()).toEqual(printed);
  expect(await trace.look(g0)).toMatchObject({ balance_minor: 0, owed_minor: 0, keg_ml: 30_000 - ml(2) });
  const [report] = await query(
    db.sequelize,
    'SELECT origin_shift_id, received_shift_id FROM pour_reports WHERE grant_id = $1',
    [g0.grant_id],
  );
  expect(report).toEqual({ origin_shift_id: trace.scene.shift_id, received_shift_id: null });
});

it('H23 · backup, pour acknowledged, restore: the node sends it again; keg counted once, transaction burnt', async () => {
  await trace.hello(0);
  expect((await trace.hello(0, { seq_high: 9 })).marks).toEqual([]);
  const stray = aStrayReport({ tap: trace.taps[0] }, { metered_ml: ml(1), seq: 9 });
  const send = async () => (await settleReport(trace.bar.deps, trace.taps[0], stray)).verdict;
  expect(await send()).toBe('quarantined');
  expect(await send()).toBe('quarantined');
  expect(await trace.look(stray)).toMatchObject({
    grant: 'burnt',
    balance_minor: minors(3),
    keg_ml: 30_000 - ml(1),
    reviews: ['unknown_grant'],
  });
  expect(await trace.answer(0, trace.asked(0, { client_tx_id: stray.client_tx_id }))).toBe('grant_over');
  expect((await trace.hello(0, { seq_high: 9 })).marks).toEqual([
    { tap_id: trace.taps[0].tap_id, seq_high: 9 },
  ]);
});

it('H24 · the till’s clock jumps by three days: no lease ends by it', async () => {
  let days = 0;
  const clock = {
    now: () => new Date(Date.now() + days * 86_400_000),
    monotonic: () => trace.bar.clock.monotonic(),
  };
  const ended: string[] = [];
  const leases = leaseClock(clock, (grant_id) => Promise.resolve(ended.push(grant_id)));
  const deps = { ...trace.bar.deps, clock, leases };
  const { grant_id, short_id } = await granted(authorisePour(deps, trace.taps[0], trace.asked(0)));
  days = 3;
  const { visit_id } = trace;
  const entry = {
    request_id: randomUUID(),
    visit_id,
    grant_id,
    ml: ml(1),
    short_id,
    reason: 'молчит',
    approver: null,
  };
  expect(await refusalOf(reconcilePour(deps, trace.lead, entry))).toEqual({
    code: 'grant.pour_may_run',
    params: { seconds_left: 140 },
  });
  trace.bar.clock.advance(139_000);
  expect(leases.leftMs(grant_id)).toBe(1_000);
  expect(ended).toEqual([]);
  leases.stop();
});

it('H24 · a server that starts anew gives a running lease its whole time again', async () => {
  const g0 = await trace.grant(0);
  trace.bar.clock.advance(100_000);
  const anew = await aBar(db);
  expect(await restartLeases(anew.deps)).toBe(1);
  expect(anew.deps.leases.leftMs(g0.grant_id)).toBe(140_000);
});

it('H26 · a report whose grant, transaction and tap do not belong together is kept and touches no grant', async () => {
  const g0 = await trace.grant(0);
  await trace.forceUnlock();
  const g1 = await trace.grant(1);
  const mixed = { ...g0, grant_id: g1.grant_id };
  expect(await trace.settle(0, mixed, 1)).toBe('quarantined');
  expect(await trace.look(g0)).toMatchObject({ grant: 'orphaned', balance_minor: minors(3) });
  expect(await trace.look(g1)).toMatchObject({ grant: 'open', locked: true });
  for (const { grant_id } of [g0, g1]) expect(grant_id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4/);
});

it('H27 · two servers of one database: one grant, one charge, whoever of them is asked', async () => {
  const second = (await aBar(db)).deps;
  const input = trace.asked(0);
  const answers = await Promise.all(
    [trace.bar.deps, second].flatMap((deps) => [
      authorisePour(deps, trace.taps[0], input),
      authorisePour(deps, trace.taps[1], trace.asked(1)),
    ]),
  );
  const given = answers.flatMap((answer) => (answer.outcome === 'granted' ? [answer.grant] : []));
  expect(new Set(given.map(({ grant_id }) => grant_id)).size).toBe(1);
  const [grant] = given;
  if (!grant) throw new Error('nobody was given a grant');
  const tap = trace.taps.find(({ tap_id }) => tap_id === grant.tap_id) ?? trace.taps[0];
  const report = aReport(grant, { metered_ml: ml(2) });
  const verdicts = await Promise.all(
    [trace.bar.deps, second].map(async (deps) => (await settleReport(deps, tap, report)).verdict),
  );
  expect(verdicts.sort()).toEqual(['accepted', 'duplicate']);
  expect(await balanceOf(trace.bar, trace.scene.visit.guest_id)).toBe(minors(1));
});

it('H27 · two databases that began as one: what is committed here makes the copy older, and a restore makes it younger', async () => {
  const copied = await tillLife(db);
  await trace.grant(0);
  const now = await tillLife(db);
  expect(now).toMatchObject({ incarnation: copied.incarnation, generation: copied.generation });
  expect([isOlderTill(now, copied, now.commit_mark), isOlderTill(copied, now, copied.commit_mark)]).toEqual([
    true,
    false,
  ]);
  await query(db.owner, `INSERT INTO settings (key, value) VALUES ('generation', '2')`);
  const raised = await tillLife(db);
  expect([isOlderTill(raised, now, 0), isOlderTill(now, raised, now.commit_mark)]).toEqual([true, false]);
});

it('H28 · an authorise that was delayed until the card is another visit’s: it costs nobody anything', async () => {
  const delayed = trace.asked(0);
  const { uid } = trace.scene.visit;
  await trace.closeVisit();
  const { deps, actor } = trace.bar;
  const next = await openVisit(deps, actor, {
    request_id: randomUUID(),
    guest_id: null,
    guest: { name: 'Следующий', phone: null, age_confirmed: true },
    card_uid: uid,
  });
  const { visit_id } = next;
  const money = { request_id: randomUUID(), visit_id, amount_minor: minors(3), method: 'cash' as const };
  await topUp(deps, actor, money);
  const late = await trace.grant(0, delayed);
  expect(await trace.answer(1)).toBe('card_in_use_on_other_tap');
  // Nobody stands at the tap for it: the node has given it up, and the cancel frees the visit.
  expect((await cancelAttempt(deps, trace.taps[0], delayed)).outcome).toBe('released');
  const own = await trace.grant(1);
  expect([own.limit_ml, own.balance_minor]).toEqual([ml(2), minors(3)]);
  expect(own.grant_id).not.toBe(late.grant_id);
});

it('H28 · a presentation that a later one of its boot has overtaken is refused, whoever’s the card is now', async () => {
  const delayed = trace.asked(0, { presentation: 1 });
  const latest = await trace.grant(0, trace.asked(0, { presentation: 2 }));
  expect(await trace.settle(0, latest, 1)).toBe('accepted');
  for (let time = 1; time <= 2; time++) expect(await trace.answer(0, delayed)).toBe('grant_over');
  expect(await trace.look(latest)).toMatchObject({ locked: false, balance_minor: minors(2) });
  // Another boot and another tap have their own count; the same presentation again, and a node that says none, are heard.
  const elsewhere = trace.asked(1, { presentation: 1 });
  expect(await trace.answer(1, elsewhere)).toBe('granted');
  await cancelAttempt(trace.bar.deps, trace.taps[1], elsewhere);
  const rebooted = trace.asked(0, { presentation: 1, boot_id: 'boot-0000-0002' });
  expect(await trace.answer(0, rebooted)).toBe('granted');
  await cancelAttempt(trace.bar.deps, trace.taps[0], rebooted);
  const asked = trace.asked(0, { presentation: 2 });
  const again = await trace.grant(0, asked);
  expect((await trace.grant(0, { ...asked, attempt: 2 })).grant_id).toBe(again.grant_id);
  await cancelAttempt(trace.bar.deps, trace.taps[0], asked);
  expect(await trace.answer(0)).toBe('granted');
});

it('H28 · a tap that has hung up gets no grant, and its question again is a new one', async () => {
  const input = trace.asked(0);
  const { deps } = trace.bar;
  const { node_id } = trace.taps[0];
  expect(await codeOf(authorisePour(deps, { node_id, isGone: () => true }, input))).toBe('request.gone');
  expect(await bookRows(trace.bar)).toMatchObject({ grants: 0, attempts: 0 });
  const { outcome } = await authorisePour(deps, { node_id, isGone: () => false }, { ...input, attempt: 2 });
  expect(outcome).toBe('granted');
});

it('H29 · a replacement node: the old one is revoked first, its grant goes by lease to manual', async () => {
  const g0 = await trace.grant(0);
  const { deps } = trace.bar;
  const [tap] = trace.taps;
  const enrol = () =>
    createEnrolment(deps, trace.lead, { input: { name: 'новый', tap_ids: [tap.tap_id] }, fingerprint: 'ff' });
  expect(await codeOf(enrol())).toBe('tap.has_node');
  await revokeNode(deps, trace.lead, { node_id: tap.node_id, reason: 'сгорел' });
  await enrol();
  expect((await trace.look(g0)).grant).toBe('open');
  await trace.leaseOver(g0);
  await trace.reconcile(g0, 1);
  expect(await trace.look(g0)).toMatchObject({
    grant: 'manual, lease over',
    balance_minor: minors(2),
    locked: false,
  });
});

it('H30 · the account is the guest’s: what a visit kept is there in the next one, and reserves count for the guest', async () => {
  const { deps } = trace.bar;
  const { guest_id } = trace.scene.visit;
  await query(db.owner, `UPDATE guests SET name = 'Вера' WHERE id = $1`, [guest_id]);
  await trace.settle(0, await trace.grant(0), 1);
  const keep = { reason: 'уходит', card_returned: true, remainder: 'keep' as const, method: 'cash' as const };
  await closeVisit(deps, trace.bar.actor, { ...(await trace.onVisit()), ...keep });
  const again = await aVisit(trace.bar, { guest_id });
  const g1 = await trace.grant(1, asking({ visit: again, tap: trace.taps[1] }));
  expect([g1.limit_ml, g1.balance_minor]).toEqual([ml(2), minors(2)]);
  expect((await trace.look(g1, 1)).reserved_minor).toBe(minors(2));
  expect(await trace.answer(0, asking({ visit: again, tap: trace.taps[0] }))).toBe(
    'card_in_use_on_other_tap',
  );
});

it('H31 · the counter comes round: no two unsettled grants and no two pours of a visit have one code', async () => {
  const g0 = await trace.grant(0);
  await trace.forceUnlock();
  const other = await aVisit(trace.bar, { name: 'Другой' });
  await topUp(trace.bar.deps, trace.bar.actor, {
    request_id: randomUUID(),
    visit_id: other.visit_id,
    amount_minor: minors(2),
    method: 'cash',
  });
  await query(db.owner, `UPDATE taps SET short_code_counter = 0, status = 'selling'`);
  const g1 = await trace.grant(0, asking({ visit: other, tap: trace.taps[0] }));
  await query(db.owner, `UPDATE taps SET short_code_counter = 0, status = 'selling'`);
  const g2 = await trace.grant(0);
  expect(new Set([g0, g1, g2].map(({ short_id }) => short_id)).size).toBe(3);
});

it('H32 · without an open shift nothing that moves money happens: close, refund, manual entry, top-up, authorise', async () => {
  const g0 = await trace.grant(0);
  await trace.leaseOver(g0);
  await query(db.owner, `UPDATE shifts SET state = 'closed', closed_at = now(), z_number = 1`);
  expect(await codeOf(trace.reconcile(g0, 1))).toBe('shift.closed');
  expect(await codeOf(trace.refund(1))).toBe('shift.closed');
  expect(await codeOf(trace.closeVisit())).toBe('shift.closed');
  const { visit_id } = trace;
  const money = { request_id: randomUUID(), visit_id, amount_minor: 1_000, method: 'cash' as const };
  expect(await codeOf(topUp(trace.bar.deps, trace.bar.actor, money))).toBe('shift.closed');
  expect(await trace.answer(1)).toBe('shift_closed');
  expect(await auditActions(trace.bar, 'pour.reconciled')).toEqual([]);
});
