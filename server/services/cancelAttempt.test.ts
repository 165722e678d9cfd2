import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { query } from '../db/query.ts';
import { aBar, aNode } from '../testing/builders.ts';
import type { Bar } from '../testing/builders.ts';
import { aPourGranted, aReport, aScene, asking, auditActions, bookRows, look } from '../testing/pours.ts';
import type { Scene } from '../testing/pours.ts';
import { testDatabase } from '../testing/testDatabase.ts';
import type { TestDatabase } from '../testing/testDatabase.ts';
import { authorisePour } from './authorisePour.ts';
import { cancelAttempt } from './cancelAttempt.ts';
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
afterAll(() => db.drop());

it("nobody cancels another node's attempt, and the try is in the trail", async () => {
  const { grant, input } = await aPourGranted(scene);
  const stranger = await aNode(bar);
  expect(await cancelAttempt(bar.deps, stranger, input)).toEqual({ outcome: 'no_change' });
  expect(await look(scene, grant.client_tx_id)).toMatchObject({ grant: 'open', locked: true });
  expect(await auditActions(bar, 'security.%')).toEqual(['security.cancel_refused']);
});

it('nobody burns an attempt at a tap of another, nor at one that the till does not have', async () => {
  const stranger = await aNode(bar);
  const input = asking(scene);
  expect(await cancelAttempt(bar.deps, stranger, input)).toEqual({ outcome: 'no_change' });
  expect(await cancelAttempt(bar.deps, scene.node, { ...input, tap_id: 9_999_999 })).toEqual({
    outcome: 'no_change',
  });
  expect(await bookRows(bar)).toMatchObject({ attempts: 0 });
  expect(await authorisePour(bar.deps, scene.node, input)).toMatchObject({ outcome: 'granted' });
});

it('a refused attempt stays what it was answered', async () => {
  await query(db.owner, `UPDATE taps SET status = 'cleaning'`);
  const input = asking(scene);
  const answer = await authorisePour(bar.deps, scene.node, input);
  expect(await cancelAttempt(bar.deps, scene.node, input)).toEqual({ outcome: 'no_change' });
  expect(await authorisePour(bar.deps, scene.node, input)).toEqual(answer);
});

it('H10: cancel and report of one grant at once: the beer is charged once or shown, never both, and counted once', async () => {
  for (let round = 0; round < 6; round++) {
    await db.truncate();
    bar = await aBar(db);
    scene = await aScene(bar);
    const { grant, input } = await aPourGranted(scene);
    await Promise.all([
      cancelAttempt(bar.deps, scene.node, input),
      settleReport(bar.deps, scene.node, aReport(grant)),
      cancelAttempt(bar.deps, scene.node, input),
    ]);
    const after = await look(scene, grant.client_tx_id);
    expect(after).toMatchObject(
      after.grant === 'settled'
        ? { balance_minor: 85_000, reviews: [] }
        : { grant: 'released', balance_minor: 100_000, reviews: ['unbilled_pour'] },
    );
    expect(after.keg_ml).toBe(29_500);
    expect((await verifyBooks(bar.deps)).broken).toEqual([]);
  }
});
