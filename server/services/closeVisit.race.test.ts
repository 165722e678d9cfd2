import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { minor } from '#domain/quantity/money';
import { aBar, anOpenShift, anOperator, aVisit, balanceOf } from '../testing/builders.ts';
import type { Bar } from '../testing/builders.ts';
import { race } from '../testing/refusals.ts';
import { testDatabase } from '../testing/testDatabase.ts';
import type { TestDatabase } from '../testing/testDatabase.ts';
import { closeVisit } from './closeVisit.ts';

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

type Close = Parameters<typeof closeVisit>[2];
const closing = (visit_id: number, change: Partial<Close> = {}): Close => ({
  request_id: randomUUID(),
  visit_id,
  expected_version: 1,
  reason: 'уходит',
  card_returned: true,
  remainder: 'refund',
  method: 'cash',
  ...change,
});

it('of 16 who close a visit at once one does, and the money is given back once', async () => {
  await anOpenShift(bar);
  const lead = await anOperator(bar, { role: 'shift_lead' });
  const { visit_id, guest_id } = await aVisit(bar, { balance: minor(900) });
  const { won, codes } = await race(16, () => closeVisit(bar.deps, lead, closing(visit_id)));
  expect(won).toHaveLength(1);
  expect(codes).toEqual(Array.from({ length: 15 }, () => 'visit.closed'));
  expect(await balanceOf(bar, guest_id)).toBe(0);
});
