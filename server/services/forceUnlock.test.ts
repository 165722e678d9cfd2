import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { NodeCommand } from '#domain/protocol/node';
import { queryOne } from '../db/query.ts';
import { aBar } from '../testing/builders.ts';
import type { Bar } from '../testing/builders.ts';
import { aPourGranted, aReport, aScene, auditActions, look } from '../testing/pours.ts';
import type { Scene } from '../testing/pours.ts';
import { refusalOf } from '../testing/refusals.ts';
import { testDatabase } from '../testing/testDatabase.ts';
import type { TestDatabase } from '../testing/testDatabase.ts';
import { forceUnlock } from './forceUnlock.ts';
import { settleReport } from './settleReport.ts';

let db: TestDatabase;
let bar: Bar;
let scene: Scene;
let pushed: NodeCommand[];
let onPush: () => unknown;
beforeAll(async () => {
  db = await testDatabase();
});
beforeEach(async () => {
  await db.truncate();
  pushed = [];
  onPush = () => undefined;
  bar = await aBar(db, {
    live: { tap: () => ({ phase: 'pouring', last_seen_ms_ago: 900, live_ml: 100, grant_id: null }) },
    push: (_, command) => {
      pushed.push(command);
      void onPush();
    },
  });
  scene = await aScene(bar);
});
afterAll(() => db.drop());

const version = async () =>
  (await queryOne<{ version: number }>(db.sequelize, 'SELECT version FROM visits')).version;
const request = async () => ({
  request_id: bar.deps.random.uuid(),
  visit_id: scene.visit.visit_id,
  expected_version: await version(),
  reason: 'Queue',
});

it('a node that can be reached stops and reports first: the pour is settled, nothing is orphaned', async () => {
  const { grant } = await aPourGranted(scene);
  onPush = () => settleReport(bar.deps, scene.node, aReport(grant, { end_reason: 'stopped' }));
  const input = await request();
  await forceUnlock(bar.deps, bar.actor, input);
  expect(pushed).toEqual([{ kind: 'stop_grant', grant_id: grant.grant_id }]);
  expect(await look(scene, grant.client_tx_id)).toMatchObject({
    grant: 'settled',
    locked: false,
    balance_minor: 85_000,
  });
  expect(await auditActions(bar, 'visit.%')).toEqual(['visit.pour_stopped']);
  expect(await forceUnlock(bar.deps, bar.actor, input)).toEqual({
    visit_id: scene.visit.visit_id,
    version: await version(),
  });
});

it('a node that does not answer: the grant is orphaned after the wait, its pour is still charged once', async () => {
  const { grant } = await aPourGranted(scene);
  await forceUnlock(bar.deps, bar.actor, await request(), 100);
  expect(await look(scene, grant.client_tx_id)).toMatchObject({
    grant: 'orphaned',
    locked: false,
    reserved_minor: 60_000,
  });
  await settleReport(bar.deps, scene.node, aReport(grant));
  await settleReport(bar.deps, scene.node, aReport(grant));
  expect(await look(scene, grant.client_tx_id)).toMatchObject({
    grant: 'settled',
    balance_minor: 85_000,
    reserved_minor: 0,
    tap: 'selling',
  });
});

it('an old request stops no newer pour', async () => {
  await aPourGranted(scene);
  const old = { ...(await request()), expected_version: 1 };
  expect(await refusalOf(forceUnlock(bar.deps, bar.actor, old, 0))).toMatchObject({ code: 'visit.changed' });
  expect(pushed).toEqual([]);
});

it('a stale report clears no newer lock', async () => {
  const first = await aPourGranted(scene);
  await forceUnlock(bar.deps, bar.actor, await request(), 0);
  await settleReport(bar.deps, scene.node, aReport(first.grant));
  const second = await aPourGranted(scene);
  await settleReport(bar.deps, scene.node, aReport(first.grant, { metered_ml: 501 }));
  expect(await look(scene, second.grant.client_tx_id)).toMatchObject({ grant: 'open', locked: true });
});
