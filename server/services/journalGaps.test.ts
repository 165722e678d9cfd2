import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { HeartbeatInput } from '#domain/protocol/node';
import { query } from '../db/query.ts';
import { aBar } from '../testing/builders.ts';
import type { Bar } from '../testing/builders.ts';
import { aPourGranted, aReport, aScene, auditActions, BOOT, JOURNAL } from '../testing/pours.ts';
import type { Scene } from '../testing/pours.ts';
import { testDatabase } from '../testing/testDatabase.ts';
import type { TestDatabase } from '../testing/testDatabase.ts';
import { helloNode } from './helloNode.ts';
import { recordHeartbeat } from './recordHeartbeat.ts';
import { settleReport } from './settleReport.ts';

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

const hello = (meter_total_ml: number, seq_high: number) =>
  helloNode(bar.deps, scene.node, {
    protocol_version: 1,
    software: 'tap 0.1.0',
    boot_id: BOOT,
    journal_id: JOURNAL,
    journalled: [],
    taps: [{ tap_id: scene.tap.tap_id, seq_high, meter_total_ml }],
  });
type Phase = HeartbeatInput['taps'][number]['phase'];
const beat = (meter_total_ml: number, change: { phase?: Phase; queue_depth?: number } = {}) =>
  recordHeartbeat(bar.deps, scene.node, {
    boot_id: BOOT,
    queue_depth: change.queue_depth ?? 0,
    oldest_age_ms: null,
    taps: [{ tap_id: scene.tap.tap_id, phase: change.phase ?? 'idle', meter_total_ml }],
    stops_acknowledged: [],
  });
const pour = async (metered_ml: number, seq: number) => {
  const { grant } = await aPourGranted(scene);
  const report = aReport(grant, { metered_ml, seq });
  await settleReport(bar.deps, scene.node, report);
  return report;
};
const shown = () => query(db.sequelize, 'SELECT kind, tap_id, facts FROM review_items ORDER BY id');

it('a node whose pours have all come in has no gap, however often it is asked', async () => {
  await hello(0, 0);
  await beat(0);
  for (const seq of [1, 2, 3]) {
    const report = await pour(300, seq);
    await settleReport(bar.deps, scene.node, report);
    await beat(300 * seq);
    await beat(300 * seq);
  }
  await hello(900, 3);
  await beat(900);
  expect(await shown()).toEqual([]);
});

it('volume that the meter saw and no report told of is shown once, and once more when it grows', async () => {
  await hello(0, 0);
  await pour(300, 1);
  await beat(800);
  await beat(800);
  await Promise.all(Array.from({ length: 4 }, () => beat(800)));
  const gap = { kind: 'meter_gap', tap_id: scene.tap.tap_id };
  expect(await shown()).toMatchObject([
    { ...gap, facts: { gap_ml: 500, meter_total_ml: 800, booked_ml: 300 } },
  ]);
  await pour(200, 2);
  await beat(1_000);
  expect(await shown()).toHaveLength(1);
  await beat(1_100);
  expect(await shown()).toMatchObject([gap, { ...gap, facts: { gap_ml: 100 } }]);
  expect(await auditActions(bar, 'security.meter_gap')).toHaveLength(2);
});

it('a pour that runs, or waits in the queue, is no gap yet', async () => {
  await hello(0, 0);
  await beat(500, { queue_depth: 1 });
  await beat(500, { phase: 'processing_sync' });
  await beat(500, { phase: 'pouring' });
  expect(await shown()).toEqual([]);
  await beat(500);
  expect(await shown()).toMatchObject([{ kind: 'meter_gap' }]);
});

it('a till that meets a journal with pours behind it begins to count there', async () => {
  await hello(40_000, 90);
  await beat(40_000);
  await pour(300, 91);
  await beat(40_300);
  await beat(40_300);
  await beat(41_000);
  expect(await shown()).toMatchObject([{ kind: 'meter_gap', facts: { gap_ml: 700 } }]);
});

it('rows that a hello named and that never came are shown once', async () => {
  await hello(0, 0);
  await pour(300, 1);
  await hello(300, 4);
  await beat(300, { queue_depth: 3 });
  expect(await shown()).toEqual([]);
  await beat(300);
  await beat(300);
  await hello(300, 4);
  await beat(300);
  expect(await shown()).toMatchObject([{ kind: 'seq_gap', facts: { from_seq: 2, to_seq: 4 } }]);
});

it('an edited report shows as volume that is missing', async () => {
  await hello(0, 0);
  await pour(10, 1);
  await beat(500);
  expect(await shown()).toMatchObject([{ kind: 'meter_gap', facts: { gap_ml: 490 } }]);
});
