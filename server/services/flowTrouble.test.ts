import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { query } from '../db/query.ts';
import { tapRows } from '../queries/tapRows.ts';
import { aBar, aTap } from '../testing/builders.ts';
import type { Bar, BuiltTap } from '../testing/builders.ts';
import { ALL_HEARD, auditActions } from '../testing/pours.ts';
import { testDatabase } from '../testing/testDatabase.ts';
import type { TestDatabase } from '../testing/testDatabase.ts';
import { recordHeartbeat } from './recordHeartbeat.ts';

let db: TestDatabase;
let bar: Bar;
let tap: BuiltTap;
beforeAll(async () => {
  db = await testDatabase();
});
beforeEach(async () => {
  await db.truncate();
  bar = await aBar(db, { live: ALL_HEARD });
  tap = await aTap(bar);
});
afterAll(() => db.drop());

const beat = (flow_trouble: 'no_flow' | 'low_flow' | null | undefined, of = tap) =>
  recordHeartbeat(bar.deps, of, {
    boot_id: 'boot-0001',
    queue_depth: 0,
    oldest_age_ms: null,
    taps: [{ tap_id: tap.tap_id, phase: 'idle', meter_total_ml: 0, flow_trouble }],
    stops_acknowledged: [],
  });
const shown = async () => (await tapRows(bar.deps)).find((row) => row.tap_id === tap.tap_id)?.flow_trouble;
const told = () =>
  query<{ trouble: string | null }>(
    db.sequelize,
    `SELECT details->>'trouble' AS trouble FROM events WHERE details->>'what' = 'flow_trouble' ORDER BY id`,
  );

it('what a node notices of its flow is shown, told once however often it is said, and ends by its word', async () => {
  await beat('low_flow');
  await beat('low_flow');
  expect(await shown()).toBe('low_flow');
  // a node of before says nothing of it
  await beat(undefined);
  expect(await shown()).toBe('low_flow');
  await beat(null);
  expect(await shown()).toBeNull();
  expect(await told()).toEqual([{ trouble: 'low_flow' }, { trouble: null }]);
  expect(await auditActions(bar, 'tap.flow%')).toEqual(['tap.flow_watched', 'tap.flow_watched']);
});

it('a node speaks for its own taps only', async () => {
  await beat('no_flow', await aTap(bar));
  expect(await shown()).toBeNull();
});
