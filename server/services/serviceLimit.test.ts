import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { query } from '../db/query.ts';
import { visitView } from '../queries/visitView.ts';
import { aBar, anOperator, aTap, aVisit, countRows } from '../testing/builders.ts';
import type { Bar } from '../testing/builders.ts';
import type { Actor } from './support/deps.ts';
import {
  aPourGranted,
  aReport,
  aScene,
  asking,
  auditActions,
  granted,
  refusedWith,
} from '../testing/pours.ts';
import type { Scene } from '../testing/pours.ts';
import { refusalOf } from '../testing/refusals.ts';
import { testDatabase } from '../testing/testDatabase.ts';
import type { TestDatabase } from '../testing/testDatabase.ts';
import { authorisePour } from './authorisePour.ts';
import { raiseLimit } from './raiseLimit.ts';
import type { RaiseLimit } from './raiseLimit.ts';
import { settleReport } from './settleReport.ts';

let db: TestDatabase;
let bar: Bar;
let lead: Actor;
let scene: Scene;
beforeAll(async () => {
  db = await testDatabase();
});
beforeEach(async () => {
  await db.truncate();
  bar = await aBar(db);
  lead = await anOperator(bar, { role: 'shift_lead' });
  scene = await aScene(bar, { balance: 1_000_000 });
  await pourLaw({ daily_limit_ml: 1_000 });
});
afterAll(async () => {
  await db.drop();
});

const pourLaw = (change: object) =>
  query(db.sequelize, `UPDATE settings SET value = value || $1::jsonb WHERE key = 'pour' RETURNING key`, [
    JSON.stringify(change),
  ]);
const serviceIs = (value: object) =>
  query(db.sequelize, `INSERT INTO settings (key, value) VALUES ('service', $1::jsonb) RETURNING key`, [
    JSON.stringify(value),
  ]);
async function pour(metered_ml: number, where = scene): Promise<void> {
  const { grant } = await aPourGranted(where);
  await settleReport(bar.deps, where.node, aReport(grant, { metered_ml }));
}
const authorise = (where = scene) => authorisePour(bar.deps, where.node, asking(where));
const service = async () => (await visitView(bar.deps, scene.visit.visit_id, 'cashier')).service;
const raising = (change: Partial<RaiseLimit> = {}): RaiseLimit => ({
  request_id: randomUUID(),
  visit_id: scene.visit.visit_id,
  extra: 400,
  reason: 'знает меру',
  approver: { ...lead },
  ...change,
});
const closeVisitRow = () =>
  query(
    db.sequelize,
    `UPDATE visits SET state = 'closed', closed_at = now(), close_reason = 'ушёл' RETURNING id`,
  );

describe('the service limit of a guest', () => {
  it('lowers the grant to what is left, then refuses; the visit shows ok, warning, reached', async () => {
    await pour(700);
    expect(await service()).toEqual({ unit: 'ml', limit: 1_000, used: 700, level: 'ok' });
    await pour(200);
    expect((await service())?.level).toBe('warning');
    const { grant } = await aPourGranted(scene);
    expect(grant.limit_ml).toBe(100);
    await settleReport(bar.deps, scene.node, aReport(grant, { metered_ml: 100 }));
    expect(await service()).toEqual({ unit: 'ml', limit: 1_000, used: 1_000, level: 'reached' });
    expect(await refusedWith(authorise())).toBe('service_limit');
  });

  it('is not reset by another visit of the same guest on the same business date', async () => {
    await pour(990);
    await closeVisitRow();
    const visit = await aVisit(bar, { guest_id: scene.visit.guest_id });
    expect(await refusedWith(authorise({ ...scene, visit }))).toBe('service_limit');
  });

  it('begins anew with the next business date, and what was allowed on top is over', async () => {
    await pour(990);
    await raiseLimit(bar.deps, bar.actor, raising({ extra: 10_000 }));
    await query(
      db.owner,
      `UPDATE shifts SET state = 'closed', closed_at = now(), z_number = 1 WHERE state = 'open' RETURNING id`,
    );
    await query(
      db.owner,
      `INSERT INTO shifts (business_date, float_minor) VALUES (current_date + 1, 0) RETURNING id`,
    );
    expect((await granted(authorise())).limit_ml).toBe(1_000);
  });

  it('counts what other unsettled grants may still pour', async () => {
    await query(
      db.sequelize,
      `UPDATE feature_flags SET enabled = false WHERE name = 'FF_ACTIVE_TAP_LOCK' RETURNING name`,
    );
    await pourLaw({ max_pour_ml: 600 });
    expect((await granted(authorise())).limit_ml).toBe(600);
    const tap = await aTap(bar);
    const other = { ...scene, tap, node: { node_id: tap.node_id } };
    expect((await granted(authorise(other))).limit_ml).toBe(400);
  });

  it('in grams of alcohol stops strong beer sooner and never what has none', async () => {
    await serviceIs({ unit: 'grams', limit_grams: 40 });
    await pour(500);
    expect(await service()).toEqual({ unit: 'grams', limit: 40, used: 19, level: 'ok' });
    expect((await granted(authorise())).limit_ml).toBe(
      Math.floor((40_000_000 - 500 * 48 * 789) / (48 * 789)),
    );
  });

  it('in grams never stops what has no alcohol', async () => {
    await serviceIs({ unit: 'grams', limit_grams: 1 });
    expect(await refusedWith(authorise())).toBe('service_limit');
    await query(db.sequelize, 'UPDATE beverages SET abv_permille = 0 RETURNING id');
    expect((await granted(authorise())).limit_ml).toBe(2_000);
  });
});

describe('visits.raiseLimit', () => {
  it('re-activates the guest by a shift lead’s PIN with a reason, once, for this business date', async () => {
    await pour(990);
    expect(await refusedWith(authorise())).toBe('service_limit');
    const input = raising();
    const first = await raiseLimit(bar.deps, bar.actor, input);
    expect(await raiseLimit(bar.deps, bar.actor, input)).toEqual(first);
    expect(await countRows(bar, 'service_allowances')).toBe(1);
    expect(await service()).toEqual({ unit: 'ml', limit: 1_400, used: 990, level: 'ok' });
    expect((await granted(authorise())).limit_ml).toBe(410);
    expect(await auditActions(bar, 'visit.limit%')).toEqual(['visit.limit_raised']);
  });

  it('needs a shift lead’s PIN, an open shift and an active visit', async () => {
    expect((await refusalOf(raiseLimit(bar.deps, lead, raising({ approver: null })))).code).toBe(
      'approval.needed',
    );
    expect((await refusalOf(raiseLimit(bar.deps, lead, raising({ approver: { ...bar.actor } })))).code).toBe(
      'approval.needed',
    );
    expect((await refusalOf(raiseLimit(bar.deps, lead, raising({ visit_id: 4711 })))).code).toBe(
      'visit.not_found',
    );
    await closeVisitRow();
    expect((await refusalOf(raiseLimit(bar.deps, lead, raising()))).code).toBe('visit.closed');
    await query(
      db.owner,
      `UPDATE shifts SET state = 'closed', closed_at = now(), z_number = 1 WHERE state = 'open' RETURNING id`,
    );
    expect((await refusalOf(raiseLimit(bar.deps, lead, raising()))).code).toBe('shift.closed');
    expect(await countRows(bar, 'service_allowances')).toBe(0);
  });
});
