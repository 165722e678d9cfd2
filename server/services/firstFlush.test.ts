import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { query, queryOne } from '../db/query.ts';
import { reviewDetail } from '../queries/reviews.ts';
import { aBar } from '../testing/builders.ts';
import type { Bar } from '../testing/builders.ts';
import { aPourGranted, aReport, aScene, look } from '../testing/pours.ts';
import type { Scene } from '../testing/pours.ts';
import { testDatabase } from '../testing/testDatabase.ts';
import type { TestDatabase } from '../testing/testDatabase.ts';
import { endLease } from './endLease.ts';
import { reconcilePour } from './reconcilePour.ts';
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
    db.sequelize,
    `UPDATE settings SET value = value || '{"first_flush_ml": 20}' WHERE key = 'pour' RETURNING key`,
  );
});
afterAll(async () => {
  await db.drop();
});

/** Everything that stands in the pour, and what the keg lost. */
const figures = () =>
  query(
    db.sequelize,
    `SELECT p.metered_ml, p.first_flush_ml, p.kick_ml, p.billed_ml, p.cost_minor, k.start_ml - k.remaining_ml AS out_ml
     FROM pours p JOIN kegs k ON k.id = p.keg_id`,
  );

it('each deduction is its own figure: metered = first flush + kick + billed; the keg moves by metered', async () => {
  const { grant } = await aPourGranted(scene);
  await settleReport(bar.deps, scene.node, aReport(grant, { end_reason: 'kick', kick_ml: 120 }));
  expect(await figures()).toEqual([
    { metered_ml: 500, first_flush_ml: 20, kick_ml: 120, billed_ml: 360, cost_minor: 10_800, out_ml: 500 },
  ]);
  expect((await verifyBooks(bar.deps)).ok).toBe(true);
});

it('a pour of no more than the flush is a pour for nothing: settled, out of the keg, no debit', async () => {
  const { grant } = await aPourGranted(scene);
  await settleReport(bar.deps, scene.node, aReport(grant, { metered_ml: 15 }));
  expect(await figures()).toEqual([
    { metered_ml: 15, first_flush_ml: 15, kick_ml: 0, billed_ml: 0, cost_minor: 0, out_ml: 15 },
  ]);
  expect(await look(scene, grant.client_tx_id)).toMatchObject({ grant: 'settled', balance_minor: 100_000 });
  expect((await verifyBooks(bar.deps)).ok).toBe(true);
});

it('what is entered by hand is charged as entered; its review compares with what the meter would have been charged', async () => {
  const { grant } = await aPourGranted(scene);
  bar.clock.advance(150_000);
  await endLease(bar.deps, grant.grant_id);
  await reconcilePour(bar.deps, bar.actor, {
    request_id: randomUUID(),
    visit_id: scene.visit.visit_id,
    grant_id: grant.grant_id,
    ml: 300,
    short_id: grant.short_id,
    reason: 'кран молчит',
    approver: null,
  });
  await settleReport(bar.deps, scene.node, aReport(grant));
  expect(await figures()).toEqual([
    { metered_ml: 500, first_flush_ml: 0, kick_ml: 0, billed_ml: 300, cost_minor: 9_000, out_ml: 500 },
  ]);
  const { id } = await queryOne<{ id: number }>(
    db.sequelize,
    `SELECT id FROM review_items WHERE kind = 'late_sync_mismatch'`,
  );
  expect((await reviewDetail(db.sequelize, id)).compare).toMatchObject({
    charged_ml: 300,
    metered_ml: 500,
    first_flush_ml: 20,
    billable_ml: 480,
    difference_ml: 180,
    difference_minor: 5_400,
  });
  expect((await verifyBooks(bar.deps)).ok).toBe(true);
});

it('verify names a pour whose figures do not add up', async () => {
  const { grant } = await aPourGranted(scene);
  await settleReport(bar.deps, scene.node, aReport(grant));
  await query(db.sequelize, 'UPDATE pours SET first_flush_ml = 10 RETURNING id');
  const books = await verifyBooks(bar.deps);
  expect(JSON.stringify(books)).toContain('billed 480 of metered 500 less 10 and 0');
});
