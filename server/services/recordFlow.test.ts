import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { query } from '../db/query.ts';
import { aBar, aNode, countRows } from '../testing/builders.ts';
import type { Bar } from '../testing/builders.ts';
import { aScene, aTx } from '../testing/pours.ts';
import type { Scene } from '../testing/pours.ts';
import { refusalOf } from '../testing/refusals.ts';
import { testDatabase } from '../testing/testDatabase.ts';
import type { TestDatabase } from '../testing/testDatabase.ts';
import { recordFlow } from './recordFlow.ts';
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
afterAll(() => db.drop());

const flow = (kind: 'cleaning' | 'leak' | 'kick' | 'after_close' = 'leak') => ({
  flow_id: aTx(),
  tap_id: scene.tap.tap_id,
  kind,
  pulses: 1_000,
  ml: 200,
  age_ms: 40,
});
const kegNow = () =>
  query(db.sequelize, 'SELECT remaining_ml, state FROM kegs WHERE id = $1', [scene.tap.keg_id]);

it('invariant 6: flow of no guest leaves the keg once, however often it is reported, also at once', async () => {
  const leak = flow();
  const recorded = await Promise.all(
    Array.from({ length: 8 }, () => recordFlow(bar.deps, scene.node, { ...leak })),
  );
  expect(recorded.filter((answer) => answer.recorded)).toHaveLength(1);
  expect(await kegNow()).toEqual([{ remaining_ml: 29_800, state: 'on_tap' }]);
  expect(await countRows(bar, 'flow_losses')).toBe(1);
  expect((await verifyBooks(bar.deps)).broken).toEqual([]);
});

it('a kick empties the keg by state', async () => {
  await recordFlow(bar.deps, scene.node, flow('kick'));
  expect(await kegNow()).toEqual([{ remaining_ml: 29_800, state: 'empty' }]);
});

it('of a tap that the node does not speak for is refused and in the trail', async () => {
  const stranger = await aNode(bar);
  expect(await refusalOf(recordFlow(bar.deps, stranger, flow()))).toMatchObject({ code: 'node.not_allowed' });
  expect(
    await query(db.sequelize, `SELECT node_id FROM audit_events WHERE action = 'security.flow_refused'`),
  ).toEqual([{ node_id: stranger.node_id }]);
  expect(await countRows(bar, 'flow_losses')).toBe(0);
});

it('an age that no clock can have is no error', async () => {
  await recordFlow(bar.deps, scene.node, { ...flow(), age_ms: Number.MAX_SAFE_INTEGER });
  await recordFlow(bar.deps, scene.node, { ...flow(), age_ms: null });
  expect(await countRows(bar, 'flow_losses')).toBe(2);
});
