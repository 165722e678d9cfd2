import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { aBar, anOperator, countRows } from '../testing/builders.ts';
import type { Bar } from '../testing/builders.ts';
import { race } from '../testing/refusals.ts';
import { testDatabase } from '../testing/testDatabase.ts';
import type { TestDatabase } from '../testing/testDatabase.ts';
import { openShift } from './openShift.ts';
import type { Actor } from './support/deps.ts';

let db: TestDatabase;
let bar: Bar;
let lead: Actor;
beforeAll(async () => {
  db = await testDatabase();
});
beforeEach(async () => {
  await db.truncate();
  bar = await aBar(db);
  lead = await anOperator(bar, { role: 'shift_lead' });
});
afterAll(() => db.drop());

const opening = (float_minor = 500_000) => ({ request_id: randomUUID(), float_minor });

it('invariant 10: of 16 who open the shift at once one does', async () => {
  const { won, codes } = await race(16, () => openShift(bar.deps, lead, opening()));
  expect(won).toHaveLength(1);
  expect(codes).toEqual(Array.from({ length: 15 }, () => 'shift.open_already'));
  expect(await countRows(bar, 'shifts')).toBe(1);
});
