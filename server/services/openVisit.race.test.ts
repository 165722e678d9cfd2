import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { aBar, aGuest, countRows } from '../testing/builders.ts';
import type { Bar } from '../testing/builders.ts';
import { race } from '../testing/refusals.ts';
import { testDatabase } from '../testing/testDatabase.ts';
import type { TestDatabase } from '../testing/testDatabase.ts';
import { openVisit } from './openVisit.ts';

let db: TestDatabase;
let bar: Bar;
beforeAll(async () => {
  db = await testDatabase();
});
beforeEach(async () => {
  await db.truncate();
  bar = await aBar(db);
});
afterAll(() => db.drop());

const asked = (change: Partial<Parameters<typeof openVisit>[2]> = {}) => ({
  request_id: randomUUID(),
  guest_id: null,
  guest: null,
  card_uid: null,
  ...change,
});
const someone = { name: null, phone: null, age_confirmed: true };

it('invariant 1: of 16 who open a visit for one guest at once, one does', async () => {
  const { guest_id } = await aGuest(bar);
  const { won, codes } = await race(16, () => openVisit(bar.deps, bar.actor, asked({ guest_id })));
  expect(won).toHaveLength(1);
  expect(codes).toEqual(Array.from({ length: 15 }, () => 'visit.guest_has_one'));
  expect(await countRows(bar, 'visits')).toBe(1);
});

it('invariant 1: of 16 new guests who are given one unknown card at once, one gets it and no visit is left half open', async () => {
  const { won, codes } = await race(16, () =>
    openVisit(bar.deps, bar.actor, asked({ guest: someone, card_uid: '04A1B2C3D4E5F6' })),
  );
  expect(won).toHaveLength(1);
  expect(codes).toEqual(Array.from({ length: 15 }, () => 'card.not_available'));
  expect(await countRows(bar, 'visits')).toBe(1);
});

it('the same request 16 times at once is one visit and 16 same answers', async () => {
  const input = asked({ guest: someone });
  const { won } = await race(16, () => openVisit(bar.deps, bar.actor, input));
  expect(new Set(won.map((answer) => answer.visit_id)).size).toBe(1);
  expect(won).toHaveLength(16);
  expect(await countRows(bar, 'visits')).toBe(1);
});
