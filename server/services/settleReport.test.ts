import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { minor } from '#domain/quantity/money';
import { query, queryOne } from '../db/query.ts';
import { aBar, aKeg, aNode, aTap, aVisit } from '../testing/builders.ts';
import type { Bar } from '../testing/builders.ts';
import {
  ALL_HEARD,
  aPourGranted,
  aReport,
  aScene,
  aStrayReport,
  asking,
  auditActions,
  aTx,
  bookRows,
  cashInDrawer,
  granted,
  JOURNAL,
  look,
} from '../testing/pours.ts';
import type { Scene } from '../testing/pours.ts';
import { testDatabase } from '../testing/testDatabase.ts';
import type { TestDatabase } from '../testing/testDatabase.ts';
import { authorisePour } from './authorisePour.ts';
import { closeShift } from './closeShift.ts';
import { closeVisit } from './closeVisit.ts';
import { endLease } from './endLease.ts';
import { openShift } from './openShift.ts';
import { reconcilePour } from './reconcilePour.ts';
import { replaceCard } from './replaceCard.ts';
import { aCard } from '../testing/builders.ts';
import { reportCardLost } from './reportCardLost.ts';
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
});
afterAll(async () => {
  await db.drop();
});

const change = (sql: string, ...values: unknown[]) => query(db.owner, sql, values);
const settle = async (raw: unknown, node = scene.node) => (await settleReport(bar.deps, node, raw)).verdict;
const booksAgree = async () => expect((await verifyBooks(bar.deps)).broken).toEqual([]);
const key = () => ({ request_id: bar.deps.random.uuid(), visit_id: scene.visit.visit_id });
const versionNow = async () =>
  (
    await queryOne<{ version: number }>(db.sequelize, 'SELECT version FROM visits WHERE id = $1', [
      scene.visit.visit_id,
    ])
  ).version;

describe('every pour is billed, none is refused', () => {
  it('the last glass: more than the keg held is billed, and the keg goes below zero and is empty', async () => {
    scene = await aScene(bar, { remaining_ml: 400 });
    const { grant } = await aPourGranted(scene);
    expect(grant.limit_ml).toBe(400 + 900);
    expect(await settle(aReport(grant, { metered_ml: 1_310 }))).toBe('accepted');
    expect(await look(scene, grant.client_tx_id)).toMatchObject({
      balance_minor: 100_000 - 39_300,
      keg_ml: -910,
    });
    const keg = await queryOne<{ state: string }>(db.sequelize, 'SELECT state FROM kegs WHERE id = $1', [
      scene.tap.keg_id,
    ]);
    expect(keg.state).toBe('empty');
    await booksAgree();
  });

  it('a keg at exactly zero is not empty', async () => {
    scene = await aScene(bar, { remaining_ml: 500 });
    const { grant } = await aPourGranted(scene);
    await settle(aReport(grant));
    const keg = await queryOne(db.sequelize, 'SELECT state, remaining_ml FROM kegs WHERE id = $1', [
      scene.tap.keg_id,
    ]);
    expect(keg).toEqual({ state: 'on_tap', remaining_ml: 0 });
  });

  it('insufficient funds: the balance goes to zero, the rest is owed and looked at', async () => {
    scene = await aScene(bar, { balance: 12_000 });
    const { grant } = await aPourGranted(scene);
    expect(await settle(aReport(grant, { metered_ml: 500 }))).toBe('accepted');
    expect(await look(scene, grant.client_tx_id)).toMatchObject({
      balance_minor: 0,
      owed_minor: 3_000,
      reviews: ['uncovered_pour'],
      keg_ml: 29_500,
    });
    await booksAgree();
  });

  it('a report beyond what one ledger entry holds is booked in parts', async () => {
    await change('UPDATE beverages SET price_minor_per_litre = 10000000');
    await change(
      `UPDATE settings SET value = value || '{"max_pour_ml": 1000, "min_pour_ml": 1}' WHERE key = 'pour'`,
    );
    scene = { ...scene, visit: await aVisit(bar, { balance: minor(90_000_000) }) };
    const { grant } = await aPourGranted(scene);
    expect(await settle(aReport(grant, { metered_ml: 100_000 }))).toBe('accepted');
    expect(await look(scene, grant.client_tx_id)).toMatchObject({
      balance_minor: 0,
      owed_minor: 1_000_000_000 - 90_000_000,
    });
    await booksAgree();
  });

  it('money follows the grant: a card lost and replaced in the middle of a pour changes nothing', async () => {
    const { grant } = await aPourGranted(scene);
    await reportCardLost(bar.deps, bar.actor, { ...key(), reason: 'Lost' });
    const fresh = await aVisit(bar, { balance: minor(50_000) });
    expect(fresh.visit_id).not.toBe(scene.visit.visit_id);
    expect(await settle(aReport(grant, { end_reason: 'stopped' }))).toBe('accepted');
    expect(await look(scene, grant.client_tx_id)).toMatchObject({ grant: 'settled', balance_minor: 85_000 });
    await booksAgree();
  });

  it('a replaced card is bound at once, waits for the old grant, and then pours', async () => {
    const { grant } = await aPourGranted(scene);
    const card = await aCard(bar);
    await replaceCard(bar.deps, bar.actor, {
      ...key(),
      expected_version: await versionNow(),
      card_uid: card.uid,
    });
    const visit = { ...scene.visit, uid: card.uid };
    const refused = await authorisePour(bar.deps, scene.node, asking({ ...scene, visit }));
    expect(refused).toMatchObject({ outcome: 'refused', refusal: { code: 'card_in_use_here' } });
    await settle(aReport(grant, { end_reason: 'stopped' }));
    await granted(authorisePour(bar.deps, scene.node, asking({ ...scene, visit })));
  });

  it('a first flush by the bar’s setting is not billed, but leaves the keg', async () => {
    await change(`UPDATE settings SET value = value || '{"first_flush_ml": 20}' WHERE key = 'pour'`);
    const { grant } = await aPourGranted(scene);
    await settle(aReport(grant));
    expect(await look(scene, grant.client_tx_id)).toMatchObject({
      billed_ml: 480,
      metered_ml: 500,
      balance_minor: 85_600,
      keg_ml: 29_500,
    });
    await booksAgree();
  });

  it('beer sold for nothing is a pour without a ledger row', async () => {
    await change('UPDATE beverages SET price_minor_per_litre = 0');
    const { grant } = await aPourGranted(scene);
    await settle(aReport(grant));
    expect(await look(scene, grant.client_tx_id)).toMatchObject({
      grant: 'settled',
      balance_minor: 100_000,
      keg_ml: 29_500,
    });
    await booksAgree();
  });

  it('a pour keeps the keg it flowed from', async () => {
    const { grant } = await aPourGranted(scene);
    const fresh = await aKeg(bar, { state: 'on_tap' });
    await change('UPDATE taps SET keg_id = $1 WHERE id = $2', fresh.keg_id, scene.tap.tap_id);
    await settle(aReport(grant));
    expect(await look(scene, grant.client_tx_id)).toMatchObject({ keg_ml: 29_500 });
    await booksAgree();
  });
});

describe('quarantine: kept with its raw body, shown, a security event, final', () => {
  const quarantined = () =>
    query(
      db.sequelize,
      'SELECT quarantine_reason AS reason, tap_id, grant_id, metered_ml FROM pour_reports ORDER BY id',
    );

  it.each([
    ['no object', 'not a report'],
    ['null', null],
    ['nothing', undefined],
    ['an array', [1, 2, 3]],
    ['a volume below zero', { metered_ml: -1 }],
    ['a fraction', { metered_ml: 0.5 }],
    ['2^53', { seq: 2 ** 53 }],
    ['a sequence beyond an integer column', { seq: 2 ** 31 }],
    ['NaN', { pulses: NaN }],
    ['a megabyte', { end_reason: 'x'.repeat(1_000_000) }],
    ['a NUL', { boot_id: '\u0000'.repeat(20) }],
    ['half a surrogate pair', { short_id: '\ud800' }],
  ])('a report that is %s', async (_, broken) => {
    const { grant } = await aPourGranted(scene);
    const raw =
      typeof broken === 'object' && broken !== null && !Array.isArray(broken)
        ? { ...aReport(grant), ...broken }
        : broken;
    expect(await settle(raw)).toBe('quarantined');
    expect(await settle(raw)).toBe('quarantined');
    expect(await bookRows(bar)).toMatchObject({ pour_reports: 1, review_items: 1, keg_movements: 0 });
    expect(await look(scene, grant.client_tx_id)).toMatchObject({
      grant: 'open',
      reviews: ['invalid_report'],
    });
    expect(await auditActions(bar, 'security.%')).toEqual(['security.report_quarantined']);
    // The right one is heard all the same.
    expect(await settle(aReport(grant))).toBe('accepted');
    await booksAgree();
  });

  it('of a tap that the node does not speak for: no money, no keg, and the true report is heard', async () => {
    const { grant } = await aPourGranted(scene);
    const stranger = await aNode(bar);
    expect(await settle(aReport(grant), stranger)).toBe('quarantined');
    expect(await look(scene, grant.client_tx_id)).toMatchObject({
      grant: 'open',
      keg_ml: 30_000,
      reviews: ['not_this_nodes_tap'],
    });
    expect(await settle(aReport(grant))).toBe('accepted');
    expect(await look(scene, grant.client_tx_id)).toMatchObject({ balance_minor: 85_000 });
    await booksAgree();
  });

  it('of a tap that the till does not have', async () => {
    expect(await settle({ ...aStrayReport(scene), tap_id: 9_999_999 })).toBe('quarantined');
    expect(await quarantined()).toEqual([
      { reason: 'not_this_nodes_tap', tap_id: null, grant_id: null, metered_ml: 500 },
    ]);
  });

  it.each([
    ['grant', { grant_id: '6f1f8a54-9d6c-4f0a-9a53-0d8f8b9c2b11' }],
    ['code', { short_id: '990018' }],
  ])('H26: the tx of one grant with the %s of another: nothing moves', async (_, wrong) => {
    const { grant } = await aPourGranted(scene);
    expect(await settle(aReport(grant, wrong))).toBe('quarantined');
    expect(await look(scene, grant.client_tx_id)).toMatchObject({
      grant: 'open',
      keg_ml: 30_000,
      reviews: ['facts_do_not_belong_together'],
    });
    expect(await settle(aReport(grant))).toBe('accepted');
  });

  it('H26: a new tx that names a known grant: the beer is counted, the grant is not touched', async () => {
    const { grant } = await aPourGranted(scene);
    const client_tx_id = aTx();
    expect(await settle(aReport(grant, { client_tx_id }))).toBe('quarantined');
    expect(await look(scene, grant.client_tx_id)).toMatchObject({
      grant: 'open',
      balance_minor: 100_000,
      keg_ml: 29_500,
      reviews: ['unknown_grant'],
    });
    expect((await look(scene, client_tx_id)).grant).toBe('burnt');
    await booksAgree();
  });

  it('H20: a recovered intent of a recorded pour with another volume leaves the queue and changes nothing', async () => {
    const { grant } = await aPourGranted(scene);
    await settle(aReport(grant));
    expect(await settle(aReport(grant, { metered_ml: 380, end_reason: 'power_loss' }))).toBe('quarantined');
    expect(await look(scene, grant.client_tx_id)).toMatchObject({
      balance_minor: 85_000,
      keg_ml: 29_500,
      reviews: ['other_facts'],
    });
    const next = await aPourGranted(scene);
    expect(await settle(aReport(next.grant, { seq: 2 }))).toBe('accepted');
    await booksAgree();
  });

  it('H23: reports of grants that a restored till has never given are counted at the tap’s keg, once', async () => {
    const stray = aStrayReport(scene);
    expect(await settle(stray)).toBe('quarantined');
    expect(await settle({ ...stray, attempt: 2, age_ms: null })).toBe('quarantined');
    expect(await look(scene, stray.client_tx_id)).toMatchObject({
      grant: 'burnt',
      keg_ml: 29_500,
      balance_minor: 100_000,
    });
    const input = asking(scene, { client_tx_id: stray.client_tx_id });
    expect(await authorisePour(bar.deps, scene.node, input)).toMatchObject({
      outcome: 'refused',
      refusal: { code: 'grant_over' },
    });
  });

  it('what a rule of the database stands against is kept too, and the next one is heard', async () => {
    await change(`ALTER TABLE pours ADD CONSTRAINT planted CHECK (metered_ml <> 666)`);
    try {
      const { grant } = await aPourGranted(scene);
      expect(await settle(aReport(grant, { metered_ml: 666 }))).toBe('quarantined');
      expect(await look(scene, grant.client_tx_id)).toMatchObject({
        grant: 'open',
        keg_ml: 30_000,
        reviews: ['not_bookable'],
      });
      expect(await settle(aReport(grant, { metered_ml: 500 }))).toBe('accepted');
      await booksAgree();
    } finally {
      await change('ALTER TABLE pours DROP CONSTRAINT planted');
    }
  });
});

describe('seq', () => {
  it('H19: is never identity: after a new journal the same seq is another pour', async () => {
    const first = await aPourGranted(scene);
    await settle(aReport(first.grant, { seq: 1 }));
    const second = await aPourGranted(scene);
    expect(await settle(aReport(second.grant, { seq: 1, journal_id: 'journal-0000-0002' }))).toBe('accepted');
    expect(await look(scene, second.grant.client_tx_id)).toMatchObject({
      balance_minor: 70_000,
      keg_ml: 29_000,
    });
  });

  it('a gap is looked at, and the pour after it is booked', async () => {
    const first = await aPourGranted(scene);
    await settle(aReport(first.grant, { seq: 1 }));
    const second = await aPourGranted(scene);
    expect(await settle(aReport(second.grant, { seq: 4 }))).toBe('accepted');
    const gap = await queryOne<{ facts: object }>(
      db.sequelize,
      `SELECT facts FROM review_items WHERE kind = 'seq_gap'`,
    );
    expect(gap.facts).toEqual({ journal_id: JOURNAL, from_seq: 2, to_seq: 3 });
    expect(await query(db.sequelize, 'SELECT seq_high FROM node_marks')).toEqual([{ seq_high: 4 }]);
  });
});

describe('late reports (rule 7)', () => {
  it('after the close of visit and shift move keg and review only; the Z stays, both shifts are named', async () => {
    const { grant } = await aPourGranted(scene);
    await endLease(bar.deps, grant.grant_id);
    await reconcilePour(bar.deps, bar.actor, {
      ...key(),
      grant_id: grant.grant_id,
      ml: 300,
      short_id: grant.short_id,
      reason: 'Silent',
      approver: null,
    });
    await change(`UPDATE guests SET name = 'Анна'`);
    await closeVisit(bar.deps, bar.actor, {
      ...key(),
      expected_version: await versionNow(),
      reason: 'Goes',
      card_returned: true,
      remainder: 'keep',
      method: 'cash',
    });
    const lead = { ...bar.actor, role: 'shift_lead' as const };
    await closeShift({ ...bar.deps, live: ALL_HEARD }, lead, {
      request_id: bar.deps.random.uuid(),
      counted_cash_minor: await cashInDrawer(bar),
    });
    const z = await queryOne(db.sequelize, 'SELECT z_report FROM shifts');
    const next = await openShift(bar.deps, lead, { request_id: bar.deps.random.uuid(), float_minor: 0 });
    expect(next).toBeTruthy();

    expect(await settle(aReport(grant, { metered_ml: 450, offline: true, age_ms: null }))).toBe(
      'late_sync_mismatch',
    );
    expect(await look(scene, grant.client_tx_id)).toMatchObject({
      balance_minor: 91_000,
      keg_ml: 29_550,
      billed_ml: 300,
      metered_ml: 450,
      reviews: ['late_sync_mismatch'],
    });
    const shifts = await query<{ id: number }>(db.sequelize, 'SELECT id FROM shifts ORDER BY id');
    const [report] = await query(
      db.sequelize,
      'SELECT origin_shift_id, received_shift_id, time_estimated FROM pour_reports',
    );
    expect(report).toEqual({
      origin_shift_id: shifts[0]?.id,
      received_shift_id: shifts[1]?.id,
      time_estimated: true,
    });
    expect(
      await queryOne(db.sequelize, 'SELECT z_report FROM shifts WHERE id = $1', [shifts[0]?.id]),
    ).toEqual(z);
    await booksAgree();
  });

  it('invariant 14: the time of a pour is the receive time less its age', async () => {
    const { grant } = await aPourGranted(scene);
    await settle(aReport(grant, { age_ms: 0 }));
    const [pour] = await query<{ poured_at: Date; time_estimated: boolean }>(
      db.sequelize,
      'SELECT poured_at, time_estimated FROM pours',
    );
    expect(Math.abs((pour?.poured_at.getTime() ?? 0) - bar.clock.now().getTime())).toBeLessThan(5_000);
  });
});

describe('what a tap learns and what the bar sees', () => {
  it('the flow after the close is learned from pours that end on their limit, and taken off the next limit', async () => {
    const { grant } = await aPourGranted(scene);
    await settle(aReport(grant, { metered_ml: grant.limit_ml + 20, end_reason: 'limit' }));
    const tap = await queryOne<{ overshoot_ml: number }>(
      db.sequelize,
      'SELECT overshoot_ml FROM taps WHERE id = $1',
      [scene.tap.tap_id],
    );
    expect(tap.overshoot_ml).toBe(5);
    const visit = await aVisit(bar, { balance: minor(100_000) });
    expect((await granted(authorisePour(bar.deps, scene.node, asking({ ...scene, visit })))).limit_ml).toBe(
      1_995,
    );
  });

  it('a kick empties the keg by state', async () => {
    const { grant } = await aPourGranted(scene);
    await settle(aReport(grant, { end_reason: 'kick' }));
    const visit = await aVisit(bar, { balance: minor(100_000) });
    const answer = await authorisePour(bar.deps, scene.node, asking({ ...scene, visit }));
    expect(answer).toMatchObject({ outcome: 'refused', refusal: { code: 'no_keg' } });
  });

  it('the screens hear of visit and tap, the cash register of the pour, in the same commit', async () => {
    const { grant } = await aPourGranted(scene);
    const before = await queryOne<{ id: number }>(
      db.sequelize,
      'SELECT coalesce(max(id), 0)::bigint AS id FROM events',
    );
    await settle(aReport(grant));
    const events = await query<{ type: string }>(
      db.sequelize,
      'SELECT type FROM events WHERE id > $1 ORDER BY id',
      [before.id],
    );
    expect(events.map(({ type }) => type)).toEqual(['visit.changed', 'tap.changed']);
    const pos = await queryOne(
      db.sequelize,
      `SELECT idempotency_key, payload->'ml' AS ml FROM pos_outbox WHERE kind = 'pour'`,
    );
    expect(pos).toEqual({ idempotency_key: `pour:${grant.grant_id}`, ml: 500 });
  });

  it('a second tap of the same node stays as it was', async () => {
    const other = await aTap(bar, { node_id: scene.tap.node_id });
    const { grant } = await aPourGranted(scene);
    await endLease(bar.deps, grant.grant_id);
    const statuses = await query(db.sequelize, 'SELECT id, status FROM taps ORDER BY id');
    expect(statuses).toEqual([
      { id: scene.tap.tap_id, status: 'processing_sync' },
      { id: other.tap_id, status: 'selling' },
    ]);
    await change(`UPDATE taps SET status = 'cleaning' WHERE id = $1`, scene.tap.tap_id);
    await settle(aReport(grant));
    expect((await look(scene, grant.client_tx_id)).tap).toBe('cleaning');
  });
});
