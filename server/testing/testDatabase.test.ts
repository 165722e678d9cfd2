import { afterAll, beforeAll, expect, it } from 'vitest';
import { query } from '../db/query.ts';
import { testDatabase, type TestDatabase } from './testDatabase.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.drop());

it('a test database has the schema and the seeds of the migrations, and is used as the app role', async () => {
  expect(await query(db.sequelize, 'SELECT current_user::text AS role')).toEqual([{ role: 'taptill_app' }]);
  expect((await query(db.sequelize, 'SELECT key FROM settings')).length).toBeGreaterThan(0);
});

it('truncate brings back exactly the seeds and the numbering', async () => {
  const count = () =>
    query(
      db.owner,
      'SELECT (SELECT count(*) FROM ledger_accounts) AS accounts, (SELECT count(*) FROM beverages) AS beverages',
    );
  const before = await count();
  const insert = "INSERT INTO beverages (name, price_minor_per_litre) VALUES ('Пиво', 30000) RETURNING id";
  const [first] = await query<{ id: number }>(db.sequelize, insert);
  await query(db.sequelize, "UPDATE settings SET value = '{}'");
  await db.truncate();
  expect(await count()).toEqual(before);
  expect(await query(db.sequelize, "SELECT 1 AS changed FROM settings WHERE value = '{}'")).toEqual([]);
  expect(await query<{ id: number }>(db.sequelize, insert)).toEqual([first]);
});
