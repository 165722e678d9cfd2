import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { query } from '../db/query.ts';
import { aBar, aGuest } from '../testing/builders.ts';
import type { Bar } from '../testing/builders.ts';
import { refusalOf } from '../testing/refusals.ts';
import { testDatabase } from '../testing/testDatabase.ts';
import type { TestDatabase } from '../testing/testDatabase.ts';
import { updateGuest } from './updateGuest.ts';

let db: TestDatabase;
let bar: Bar;
beforeAll(async () => {
  db = await testDatabase();
  bar = await aBar(db);
});
afterAll(() => db.drop());

it('who stands for a purpose of the house gets no name: that is no guest', async () => {
  const { guest_id } = await aGuest(bar);
  await query(db.sequelize, `UPDATE guests SET house_purpose = 'tasting' WHERE id = $1`, [guest_id]);
  const naming = updateGuest(bar.deps, bar.actor, { request_id: randomUUID(), guest_id, name: 'Anna' });
  expect((await refusalOf(naming)).code).toBe('guest.not_found');
});
