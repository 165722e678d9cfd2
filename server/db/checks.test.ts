import { beforeEach, expect, it } from 'vitest';
import pg from 'pg';
import { testDatabase, type TestDatabase } from '../testing/testDatabase.ts';
import { assertDatabase, databaseFaults } from './checks.ts';
import { openDatabase, withDatabase } from './database.ts';
import { query } from './query.ts';

let db: TestDatabase;
beforeEach(async () => {
  db = await testDatabase();
});

async function asAdmin(...statements: string[]): Promise<void> {
  const client = new pg.Client({ connectionString: db.adminUrl });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

/** A new connection, so that settings of role and database apply. */
async function faults(url = db.appUrl): Promise<string[]> {
  const fresh = openDatabase({ url });
  try {
    return await databaseFaults(fresh, { embedded: true });
  } finally {
    await fresh.close();
    await db.drop();
  }
}

it('the migrated embedded database has no fault', async () => {
  await expect(assertDatabase(db.sequelize, { embedded: true })).resolves.toBeUndefined();
  expect(await faults()).toEqual([]);
});

it('synchronous_commit off is refused, with the setting and the remedy named', async () => {
  const name = new URL(db.appUrl).pathname.slice(1);
  await asAdmin(`ALTER DATABASE ${name} SET synchronous_commit = off`);
  expect(await faults()).toEqual([
    expect.stringMatching(/^synchronous_commit is off.*set synchronous_commit = on/),
  ]);
});

it('an app role that owns a table is refused', async () => {
  await asAdmin('CREATE TABLE owned (id int)', 'ALTER TABLE owned OWNER TO taptill_app');
  expect(await faults()).toEqual([expect.stringMatching(/owns the table owned.*DATABASE_OWNER_URL/)]);
});

it('an app role that is a member of the owner is refused like the owner', async () => {
  await asAdmin('CREATE ROLE taptill_member LOGIN', 'GRANT taptill_owner TO taptill_member');
  try {
    const url = new URL(db.appUrl);
    url.username = 'taptill_member';
    expect(await faults(url.href)).toEqual([expect.stringMatching(/"taptill_member" owns the table/)]);
  } finally {
    await dropRole('taptill_member');
  }
});

async function dropRole(role: string): Promise<void> {
  const client = new pg.Client({ connectionString: withDatabase(db.adminUrl, 'postgres') });
  await client.connect();
  try {
    await client.query(`DROP ROLE ${role}`);
  } finally {
    await client.end();
  }
}

it.each(['ledger_entries', 'audit_events', 'pour_reports'])(
  'UPDATE or DELETE on %s for the app role is refused',
  async (table) => {
    await query(db.owner, `GRANT DELETE ON ${table} TO taptill_app`);
    expect(await databaseFaults(db.sequelize, { embedded: true })).toEqual([
      expect.stringContaining(`may change ${table}: REVOKE UPDATE, DELETE ON ${table}`),
    ]);
    await query(db.owner, `REVOKE DELETE ON ${table} FROM taptill_app`);
    const [column] = await query<{ name: string }>(
      db.owner,
      `SELECT min(attname) AS name FROM pg_attribute WHERE attrelid = '${table}'::regclass AND attnum > 0`,
    );
    await query(db.owner, `GRANT UPDATE (${column?.name}) ON ${table} TO taptill_app`);
    expect(await faults()).toEqual([expect.stringContaining(`may change ${table}`)]);
  },
);

it('TRUNCATE for the app role is refused', async () => {
  await query(db.owner, 'GRANT TRUNCATE ON guests TO taptill_app');
  expect(await faults()).toEqual([expect.stringMatching(/may empty guests: REVOKE TRUNCATE/)]);
});

it('a superuser as app role is refused', async () => {
  expect(await faults(db.adminUrl)).toEqual([expect.stringMatching(/superuser/)]);
});

it('a database that is not UTF8 or knows no Cyrillic is refused, with the way to create it', async () => {
  const cluster = withDatabase(db.adminUrl, 'postgres');
  const client = new pg.Client({ connectionString: cluster });
  await client.connect();
  const name = `ascii_${process.pid}`;
  try {
    await client.query(
      `CREATE DATABASE ${name} ENCODING 'SQL_ASCII' LOCALE_PROVIDER libc LOCALE 'C' TEMPLATE template0`,
    );
    const found = await faults(withDatabase(db.appUrl, name));
    expect(found[0]).toMatch(/server_encoding is SQL_ASCII, not UTF8: create it with ENCODING 'UTF8'/);
    expect(found[1]).toMatch(/does not know Cyrillic/);
  } finally {
    await client.query(`DROP DATABASE ${name} WITH (FORCE)`);
    await client.end();
  }
});

it('the app role is refused UPDATE, DELETE and TRUNCATE on the ledger by PostgreSQL itself', async () => {
  for (const sql of [
    'UPDATE ledger_entries SET amount_minor = 1',
    'DELETE FROM ledger_entries',
    'TRUNCATE ledger_entries',
    'DROP TABLE ledger_entries',
  ]) {
    await expect(query(db.sequelize, sql)).rejects.toThrow(/permission denied|must be owner/);
  }
  await db.drop();
});
