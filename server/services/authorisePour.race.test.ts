import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { inTransaction } from '../db/inTransaction.ts';
import { query, queryOne } from '../db/query.ts';
import { aBar, aTap, countRows } from '../testing/builders.ts';
import type { Bar } from '../testing/builders.ts';
import { aScene, asking, bookRows, refusedWith } from '../testing/pours.ts';
import type { Scene } from '../testing/pours.ts';
import { testDatabase } from '../testing/testDatabase.ts';
import type { TestDatabase } from '../testing/testDatabase.ts';
import { authorisePour } from './authorisePour.ts';
import { cancelAttempt } from './cancelAttempt.ts';
import { closeVisit } from './closeVisit.ts';
import { lockOwner } from './support/grantRow.ts';
import { lockCard, lockTap } from './support/locks.ts';
import { verifyBooks } from './verifyBooks.ts';

const MANY = 16;
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

const openGrants = async () =>
  (await queryOne<{ n: number }>(db.sequelize, `SELECT count(*) AS n FROM grants WHERE state = 'open'`)).n;

it('invariant 2: of 16 taps that are asked at once by one card, one gets a grant; 15 refuse, each with its trail (13)', async () => {
  const taps = [scene.tap];
  while (taps.length < MANY) taps.push(await aTap(bar));
  const answers = await Promise.all(
    taps.map((tap) => authorisePour(bar.deps, { node_id: tap.node_id }, asking({ ...scene, tap }))),
  );
  const granted = answers.filter((answer) => answer.outcome === 'granted');
  const refusals = answers.flatMap((answer) => (answer.outcome === 'refused' ? [answer.refusal] : []));
  expect(granted).toHaveLength(1);
  expect(refusals.map(({ code }) => code)).toEqual(Array(MANY - 1).fill('card_in_use_on_other_tap'));
  const winner = taps.find((tap) => tap.tap_id === granted[0]?.grant.tap_id);
  expect(new Set(refusals.map(({ tap_number }) => tap_number))).toEqual(new Set([winner?.number]));
  expect(await openGrants()).toBe(1);
  const trail = await query<{ tap_id: number }>(
    db.sequelize,
    `SELECT tap_id FROM audit_events WHERE action = 'pour.refused' AND details->>'code' = 'card_in_use_on_other_tap'`,
  );
  expect(new Set(trail.map(({ tap_id }) => tap_id)).size).toBe(MANY - 1);
  expect((await verifyBooks(bar.deps)).broken).toEqual([]);
});

it('one attempt that is sent 16 times at once is one grant, and everybody hears of the same', async () => {
  const input = asking(scene);
  const answers = await Promise.all(
    Array.from({ length: MANY }, (_, i) => authorisePour(bar.deps, scene.node, { ...input, attempt: i + 1 })),
  );
  const ids = answers.map((answer) =>
    answer.outcome === 'granted' ? answer.grant.grant_id : answer.refusal.code,
  );
  expect(new Set(ids).size).toBe(1);
  expect(await bookRows(bar)).toMatchObject({ attempts: 1, grants: 1, pours: 0 });
  expect(await countRows(bar, 'grants')).toBe(1);
});

it('H13: 16 presentations at one tap at once: any set lock refuses, the own one too', async () => {
  const answers = await Promise.all(
    Array.from({ length: MANY }, () => authorisePour(bar.deps, scene.node, asking(scene))),
  );
  const codes = answers.map((answer) => (answer.outcome === 'granted' ? 'granted' : answer.refusal.code));
  expect(codes.filter((code) => code === 'granted')).toHaveLength(1);
  expect(codes.filter((code) => code === 'card_in_use_here')).toHaveLength(MANY - 1);
  const tally = await queryOne<{ rows: number; repeats: number }>(
    db.sequelize,
    `SELECT count(*) AS rows, coalesce(sum(r.repeats), 0)::bigint AS repeats FROM audit_events a
     LEFT JOIN refusal_repeats r ON r.audit_event_id = a.id WHERE a.action = 'pour.refused'`,
  );
  expect(tally).toEqual({ rows: 1, repeats: MANY - 2 });
});

it('a grant and the close of its visit at once: one of both, never a grant on a closed visit', async () => {
  for (let round = 0; round < 8; round++) {
    await db.truncate();
    bar = await aBar(db);
    scene = await aScene(bar);
    const { visit_id } = scene.visit;
    const lead = { ...bar.actor, role: 'shift_lead' as const };
    const closing = {
      request_id: bar.deps.random.uuid(),
      visit_id,
      expected_version: 1,
      reason: 'Goes',
      method: 'cash' as const,
    };
    const [asked, closed] = await Promise.allSettled([
      authorisePour(bar.deps, scene.node, asking(scene)),
      closeVisit(bar.deps, lead, { ...closing, card_returned: true, remainder: 'refund' }),
    ]);
    expect(asked.status).toBe('fulfilled');
    const granted = asked.status === 'fulfilled' && asked.value.outcome === 'granted';
    expect(closed.status).toBe(granted ? 'rejected' : 'fulfilled');
    expect(await openGrants()).toBe(granted ? 1 : 0);
    expect((await verifyBooks(bar.deps)).broken).toEqual([]);
  }
});

it('what goes into the trail waits for no lock: a question that is over is answered while others hold its visit, card and tap', async () => {
  const input = asking(scene);
  await authorisePour(bar.deps, scene.node, input);
  await cancelAttempt(bar.deps, scene.node, input);
  let letGo = (): void => undefined;
  let nowHeld = (): void => undefined;
  const until = new Promise<void>((resolve) => (letGo = resolve));
  const held = new Promise<void>((resolve) => (nowHeld = resolve));
  const holder = inTransaction(db.sequelize, async (unit) => {
    await lockOwner(unit, scene.visit);
    await lockCard(unit, scene.visit.card_id);
    await lockTap(unit, scene.tap.tap_id);
    nowHeld();
    await until;
  });
  await held;
  const again = authorisePour(bar.deps, scene.node, { ...input, attempt: 2 }).finally(() => letGo());
  expect(await refusedWith(again)).toBe('grant_over');
  await holder;
});
