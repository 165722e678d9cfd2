import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { aBar, anOpenShift, aVisit, balanceOf } from '../testing/builders.ts';
import type { Bar } from '../testing/builders.ts';
import { testDatabase } from '../testing/testDatabase.ts';
import type { TestDatabase } from '../testing/testDatabase.ts';
import { topUp } from './topUp.ts';

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

type TopUp = Parameters<typeof topUp>[2];
const paying = (visit_id: number, change: Partial<TopUp> = {}): TopUp => ({
  request_id: randomUUID(),
  visit_id,
  amount_minor: 100_000,
  method: 'cash',
  ...change,
});

it('the same request 16 times at once is one top-up', async () => {
  await anOpenShift(bar);
  const { visit_id, guest_id } = await aVisit(bar);
  const input = paying(visit_id);
  const answers = await Promise.all(Array.from({ length: 16 }, () => topUp(bar.deps, bar.actor, input)));
  expect(answers).toHaveLength(16);
  expect(await balanceOf(bar, guest_id)).toBe(100_000);
});
