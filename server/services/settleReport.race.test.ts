import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { query, queryOne } from '../db/query.ts';
import { aBar, aTap } from '../testing/builders.ts';
import type { Bar } from '../testing/builders.ts';
import { aPourGranted, aReport, aScene, aStrayReport, bookRows, look } from '../testing/pours.ts';
import type { Scene } from '../testing/pours.ts';
import { testDatabase } from '../testing/testDatabase.ts';
import type { TestDatabase } from '../testing/testDatabase.ts';
import { endLease } from './endLease.ts';
import { reconcilePour } from './reconcilePour.ts';
import { settleReport } from './settleReport.ts';
import { settleReports } from './settleReports.ts';
import { topUp } from './topUp.ts';
import { verifyBooks } from './verifyBooks.ts';

const DELIVERIES = 50;
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
afterAll(() => db.drop());

/** The order of a network: the same every time, and nobody's wish. */
function shuffled<T>(items: readonly T[]): T[] {
  const order = [...items];
  let seed = 20261124;
  for (let at = order.length - 1; at > 0; at--) {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    const other = seed % (at + 1);
    [order[at], order[other]] = [order[other]!, order[at]!];
  }
  return order;
}

const tally = (verdicts: readonly string[]) => {
  const counts: Record<string, number> = {};
  for (const verdict of verdicts) counts[verdict] = (counts[verdict] ?? 0) + 1;
  return counts;
};

it('invariant 4: a settle delivered 50 times, shuffled, older each time, replies lost, is one debit and 49 duplicates', async () => {
  const { grant, input } = await aPourGranted(scene);
  const sendings = Array.from({ length: DELIVERIES }, (_, i) =>
    aReport(grant, { age_ms: 40 + 2_000 * i, attempt: i + 1, offline: i > 3 }),
  );
  const lost: string[] = [];
  const heard: string[] = [];
  const send = async (report: (typeof sendings)[number]) => {
    const { verdict } = await settleReport(bar.deps, scene.node, report);
    // The reply of every other sending is lost: its verdict was given all the same.
    (report.attempt % 2 === 0 ? lost : heard).push(verdict);
  };
  const order = shuffled(sendings);
  for (let at = 0; at < order.length; at += 10) {
    // Waves of ten at once, the last of each wave alone.
    await Promise.all(order.slice(at, at + 9).map(send));
    await send(order[at + 9]!);
  }
  expect(tally([...lost, ...heard])).toEqual({ accepted: 1, duplicate: DELIVERIES - 1 });
  expect(await look(scene, input.client_tx_id)).toMatchObject({
    grant: 'settled',
    locked: false,
    balance_minor: 85_000,
    keg_ml: 29_500,
    reviews: [],
  });
  const rows = await bookRows(bar);
  expect(rows).toMatchObject({ pours: 1, pour_reports: 1, keg_movements: 1, review_items: 0 });
  const debits = await queryOne<{ n: number }>(
    db.sequelize,
    `SELECT count(*) AS n FROM ledger_transactions WHERE kind = 'pour'`,
  );
  expect(debits.n).toBe(1);
  expect((await verifyBooks(bar.deps)).broken).toEqual([]);
});

it('a report of an unknown grant delivered 20 times at once moves the keg once and is one review item', async () => {
  const stray = aStrayReport(scene);
  const verdicts = await Promise.all(
    Array.from({ length: 20 }, (_, i) =>
      settleReport(bar.deps, scene.node, { ...stray, attempt: i + 1, age_ms: i }),
    ),
  );
  expect(tally(verdicts.map(({ verdict }) => verdict))).toEqual({ quarantined: 20 });
  expect(await look(scene, stray.client_tx_id)).toMatchObject({
    grant: 'burnt',
    keg_ml: 29_500,
    reviews: ['unknown_grant'],
  });
});

it('settle, manual entry, end of lease and a top-up at once: the grant is charged once and the books agree', async () => {
  for (let round = 0; round < 6; round++) {
    await db.truncate();
    bar = await aBar(db);
    scene = await aScene(bar);
    const { grant } = await aPourGranted(scene);
    await endLease(bar.deps, grant.grant_id);
    const { visit_id } = scene.visit;
    const key = () => ({ request_id: bar.deps.random.uuid(), visit_id });
    await Promise.allSettled([
      settleReport(bar.deps, scene.node, aReport(grant)),
      reconcilePour(bar.deps, bar.actor, {
        ...key(),
        grant_id: grant.grant_id,
        ml: 300,
        short_id: grant.short_id,
        reason: 'Silent',
        approver: null,
      }),
      endLease(bar.deps, grant.grant_id),
      topUp(bar.deps, bar.actor, { ...key(), amount_minor: 5_000, method: 'cash' }),
    ]);
    const after = await look(scene, grant.client_tx_id);
    const byMeter = after.grant.startsWith('settled');
    expect(after.balance_minor).toBe(byMeter ? 90_000 : 96_000);
    expect(after.keg_ml).toBe(29_500);
    expect((await verifyBooks(bar.deps)).broken).toEqual([]);
  }
});

it('16 taps pour for 16 guests at once: nobody waits for ever and every pour is charged once', async () => {
  const scenes = [scene];
  while (scenes.length < 16) scenes.push(await aScene(bar));
  const pours = await Promise.all(scenes.map(async (one) => ({ one, ...(await aPourGranted(one)) })));
  const verdicts = await Promise.all(
    pours.map(({ one, grant }) => settleReport(bar.deps, one.node, aReport(grant))),
  );
  expect(tally(verdicts.map(({ verdict }) => verdict))).toEqual({ accepted: 16 });
  const balances = await query<{ balance_minor: number }>(
    db.sequelize,
    'SELECT balance_minor FROM guest_accounts',
  );
  expect(new Set(balances.map(({ balance_minor }) => balance_minor))).toEqual(new Set([85_000]));
  expect((await verifyBooks(bar.deps)).broken).toEqual([]);
});

it('one report that cannot be used does not stop the next: a batch answers per item, in order', async () => {
  const { grant } = await aPourGranted(scene);
  const foreign = await aTap(bar);
  const batch = [
    'not a report',
    { ...aReport(grant), seq: 2 ** 53 },
    aStrayReport({ tap: foreign }),
    aReport(grant),
    aReport(grant, { attempt: 2 }),
    aReport(grant, { metered_ml: 501 }),
  ];
  const { verdicts } = await settleReports(bar.deps, scene.node, batch);
  expect(verdicts.map(({ verdict }) => verdict)).toEqual([
    'quarantined',
    'quarantined',
    'quarantined',
    'accepted',
    'duplicate',
    'quarantined',
  ]);
  expect(verdicts.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5]);
  expect((await verifyBooks(bar.deps)).broken).toEqual([]);
});
