import { afterAll, beforeAll, expect, it } from 'vitest';
import { testDatabase, type TestDatabase } from '../testing/testDatabase.ts';
import { openDatabase, parseDatabaseUrl } from './database.ts';
import { query, queryOne } from './query.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.drop());

it('int8 is a number up to 2^53 and an error beyond, alone and in arrays', async () => {
  const largest = Number.MAX_SAFE_INTEGER;
  expect(
    await queryOne(
      db.sequelize,
      `SELECT ${largest}::bigint AS one, ARRAY[-${largest}, 7, NULL]::bigint[] AS many`,
    ),
  ).toEqual({
    one: largest,
    many: [-largest, 7, null],
  });
  await expect(query(db.sequelize, 'SELECT 9007199254740992::bigint AS one')).rejects.toThrow(
    /9007199254740992.*2\^53/,
  );
  await expect(query(db.sequelize, 'SELECT ARRAY[-9007199254740992]::bigint[] AS many')).rejects.toThrow(
    /2\^53/,
  );
});

it('3 billion of sales in single amounts are summed exactly', async () => {
  const sum =
    'SELECT sum(amount)::bigint AS total FROM (SELECT 100000000 AS amount FROM generate_series(1, 3000)) AS sales';
  expect(await queryOne(db.sequelize, sum)).toEqual({ total: 300_000_000_000 });
});

it('NUMERIC stays text, so that nothing rounds it', async () => {
  expect(await queryOne(db.sequelize, 'SELECT 0.1::numeric + 0.2 AS sum')).toEqual({ sum: '0.3' });
});

it('a session is UTC and read committed, and nobody waits for ever', async () => {
  const names = [
    'default_transaction_isolation',
    'lock_timeout',
    'statement_timeout',
    'idle_in_transaction_session_timeout',
  ];
  const [shown] = await query(
    db.sequelize,
    `SELECT ${names.map((name) => `current_setting('${name}') AS ${name}`).join(', ')}`,
  );
  expect(shown).toEqual({
    default_transaction_isolation: 'read committed',
    lock_timeout: '3s',
    statement_timeout: '10s',
    idle_in_transaction_session_timeout: '10s',
  });
  const { at } = await queryOne<{ at: Date }>(
    db.sequelize,
    "SELECT timestamptz '2026-11-24 01:02:03+03' AS at",
  );
  expect(at.toISOString()).toBe('2026-11-23T22:02:03.000Z');
});

it('values are bound, never pasted', async () => {
  const rows = await query(db.sequelize, 'SELECT $1::text AS name, $2::int AS one', [
    "'; DROP TABLE guests; --",
    1,
  ]);
  expect(rows).toEqual([{ name: "'; DROP TABLE guests; --", one: 1 }]);
  expect(await query(db.sequelize, 'SELECT $name::text AS name', { name: 'Ёж' })).toEqual([{ name: 'Ёж' }]);
});

it.each(['nonsense', 'mysql://a@b/c', 'postgres://localhost/x', 'postgres://a@b'])(
  'the URL %s is refused with an example',
  (url) => {
    expect(() => openDatabase({ url })).toThrow(
      /must look like postgres:\/\/user:password@host:5432\/database/,
    );
  },
);

it('a socket directory and encoded passwords are read from the URL', () => {
  expect(parseDatabaseUrl('postgres://a:p%40ss@localhost:5433/bar?host=%2Frun%2Fpg')).toEqual({
    username: 'a',
    password: 'p@ss',
    host: '/run/pg',
    port: 5433,
    database: 'bar',
  });
});
