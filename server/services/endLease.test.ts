import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { query } from '../db/query.ts';
import { aBar } from '../testing/builders.ts';
import type { Bar } from '../testing/builders.ts';
import { aPourGranted, aReport, aScene, look } from '../testing/pours.ts';
import type { Scene } from '../testing/pours.ts';
import { testDatabase } from '../testing/testDatabase.ts';
import type { TestDatabase } from '../testing/testDatabase.ts';
import { endLease, restartLeases } from './endLease.ts';
import { settleReport } from './settleReport.ts';
import type { Deps } from './support/deps.ts';
import { leaseClock } from './support/leaseClock.ts';

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

it('the lease that authorise began ends by itself: the pour is pending, the lock and the reserve stay', async () => {
  const lease = { start_window_ms: 100, pour_cap_ms: 100, lease_ms: 300 };
  await query(db.owner, `UPDATE settings SET value = value || $1::jsonb WHERE key = 'pour'`, [
    JSON.stringify(lease),
  ]);
  const clock = { now: () => new Date(), monotonic: () => performance.now() };
  const ended: string[] = [];
  const leases = leaseClock(clock, async (id) => {
    await endLease(deps, id);
    ended.push(id);
  });
  const deps: Deps = { ...bar.deps, clock, leases };
  const { grant } = await aPourGranted({ ...scene, bar: { ...bar, deps } });
  await expect.poll(() => ended, { timeout: 10_000 }).toEqual([grant.grant_id]);
  leases.stop();
  expect(await look(scene, grant.client_tx_id)).toMatchObject({
    grant: 'open, lease over',
    pour: 'pending_sync',
    tap: 'processing_sync',
    locked: true,
    reserved_minor: 60_000,
  });
});

it('H24: a server that starts gives every running lease its whole time again, and no other', async () => {
  const running = await aPourGranted(scene);
  const second = await aScene(bar);
  const over = await aPourGranted(second);
  await endLease(bar.deps, over.grant.grant_id);
  const third = await aScene(bar);
  const settled = await aPourGranted(third);
  await settleReport(bar.deps, third.node, aReport(settled.grant));
  const fresh = await aBar(db);
  expect(await restartLeases(fresh.deps)).toBe(1);
  expect(fresh.deps.leases.leftMs(running.grant.grant_id)).toBe(140_000);
  expect(fresh.deps.leases.leftMs(over.grant.grant_id)).toBe(0);
});

it('the end of a grant ends its lease', async () => {
  const { grant } = await aPourGranted(scene);
  expect(bar.deps.leases.leftMs(grant.grant_id)).toBe(140_000);
  await settleReport(bar.deps, scene.node, aReport(grant));
  expect(bar.deps.leases.leftMs(grant.grant_id)).toBe(0);
});
