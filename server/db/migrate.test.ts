import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterEach, beforeEach, expect, inject, it } from 'vitest';
import { temporaryDirectory } from '../testing/temporaryCluster.ts';
import { openDatabase, withDatabase } from './database.ts';
import { describeSchema } from './describeSchema.ts';
import { assertNoDrift, schemaDifferences } from './drift.ts';
import { assertMigrated, migrate, migrationFiles, undoMigrations, type MigrateOptions } from './migrate.ts';
import { checkoutMigrations } from './paths.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const files = migrationFiles(checkoutMigrations());
const expected = readFileSync(join(checkoutMigrations(), 'schema.sql'), 'utf8');

const snapshots = readdirSync(join(checkoutMigrations(), 'snapshots'))
  .filter((name) => name.endsWith('.schema.sql'))
  .sort();

let ownerUrl: string;
let appUrl: string;
let options: MigrateOptions;
let dir: string;

beforeEach(async () => {
  const name = `migrate_${process.pid}_${randomBytes(4).toString('hex')}`;
  const cluster = inject('testCluster');
  await sql(cluster.adminUrl, `CREATE DATABASE ${name} OWNER taptill_owner TEMPLATE template0`);
  ownerUrl = withDatabase(cluster.ownerUrl, name);
  appUrl = withDatabase(cluster.appUrl, name);
  options = { ownerUrl, appRole: 'taptill_app', migrationsDir: checkoutMigrations() };
  dir = temporaryDirectory();
});
afterEach(async () => {
  rmSync(dir, { recursive: true, force: true });
  await sql(
    inject('testCluster').adminUrl,
    `DROP DATABASE ${new URL(ownerUrl).pathname.slice(1)} WITH (FORCE)`,
  );
});

async function sql(url: string, text: string): Promise<pg.QueryResult[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return [await client.query(text)].flat();
  } finally {
    await client.end();
  }
}
const rows = async (text: string): Promise<unknown[]> =>
  ((await sql(ownerUrl, text)).at(-1)?.rows ?? []) as unknown[];
const recorded = async (): Promise<string[]> =>
  ((await rows('SELECT name FROM "SequelizeMeta" ORDER BY name')) as { name: string }[]).map(
    ({ name }) => name,
  );

async function schema(): Promise<string> {
  const owner = openDatabase({ url: ownerUrl });
  try {
    return await describeSchema(owner, 'taptill_app');
  } finally {
    await owner.close();
  }
}

function sqlOf(name: string): string {
  return readFileSync(join(checkoutMigrations(), 'snapshots', name), 'utf8');
}

/** Two migrations of a scratch project, in the one shape that both runners call. */
function scratchMigrations(...names: string[]): string {
  const folder = join(dir, 'migrations');
  mkdirSync(folder, { recursive: true });
  cpSync(join(checkoutMigrations(), 'support'), join(folder, 'support'), { recursive: true });
  for (const name of names) {
    const table = name.replaceAll(/\W/g, '_');
    const body = `module.exports = require('./support/steps.cjs').migration('CREATE TABLE t${table} (id int); SELECT pg_sleep(0.2)', 'DROP TABLE t${table}');`;
    writeFileSync(join(folder, `${name}.cjs`), body);
  }
  return folder;
}

async function sequelizeCli(command: string, migrationsDir = checkoutMigrations()): Promise<string> {
  const env = {
    ...process.env,
    DATABASE_OWNER_URL: ownerUrl,
    DATABASE_URL: appUrl,
    TAPTILL_MIGRATIONS_DIR: migrationsDir,
  };
  const cli = join(ROOT, 'node_modules', 'sequelize-cli', 'lib', 'sequelize');
  const { stdout } = await promisify(execFile)(process.execPath, [cli, command], { cwd: ROOT, env });
  return stdout;
}

it('empty → head: every migration is applied once, and migrations/schema.sql is exactly what they make', async () => {
  expect(await migrate(options)).toEqual(files);
  expect(await migrate(options)).toEqual([]);
  expect(await recorded()).toEqual(files);
  expect(schemaDifferences(expected, await schema())).toEqual([]);
});

it('head → down → head, with the data of an evening: nothing is left behind, and the schema is the same again', async () => {
  const snapshot = String(snapshots.at(-1));
  await migrate({ ...options, upTo: snapshot.replace('.schema.sql', '.cjs') });
  await sql(ownerUrl, sqlOf(snapshot.replace('.schema.', '.data.')));
  await migrate(options);
  expect(await rows('SELECT count(*)::int AS entries FROM ledger_entries')).toEqual([{ entries: 4 }]);
  expect(await undoMigrations(options, 0)).toEqual([...files].reverse());
  expect(await recorded()).toEqual([]);
  expect(schemaDifferences('', await schema())).toEqual([]);
  await migrate(options);
  expect(schemaDifferences(expected, await schema())).toEqual([]);
});

it('down one step at a time → up: each step restores the schema that the step before had made', async () => {
  const after = new Map<number, string>();
  for (const [index, name] of files.entries()) {
    await migrate({ ...options, upTo: name });
    after.set(index, await schema());
  }
  for (let index = files.length - 1; index > 0; index -= 1) {
    expect(await undoMigrations(options)).toEqual([files[index]]);
    expect(schemaDifferences(after.get(index - 1) ?? '', await schema())).toEqual([]);
  }
});

it.each(snapshots)(
  "the older snapshot %s with its data → head: the data is still there, the schema is head's",
  async (file) => {
    await sql(ownerUrl, sqlOf(file));
    await sql(ownerUrl, sqlOf(file.replace('.schema.', '.data.')));
    const guests = 'SELECT id, name, name_search, phone, language FROM guests ORDER BY id';
    const kegs = 'SELECT id, remaining_ml, state FROM kegs ORDER BY id';
    const before = [
      await rows(guests),
      await rows(kegs),
      await rows('SELECT uid, state FROM cards ORDER BY id'),
    ];
    expect(before[0]).toContainEqual(
      expect.objectContaining({ name: 'Семён Ёлкин', name_search: 'семен елкин' }),
    );
    await migrate(options);
    expect([
      await rows(guests),
      await rows(kegs),
      await rows('SELECT uid, state FROM cards ORDER BY id'),
    ]).toEqual(before);
    expect(schemaDifferences(expected, await schema())).toEqual([]);
  },
);

it('both runners agree: what sequelize-cli applied the start does not apply again, and the other way round', async () => {
  await sequelizeCli('db:migrate');
  expect(await migrate(options)).toEqual([]);
  expect(schemaDifferences(expected, await schema())).toEqual([]);
  expect(await sequelizeCli('db:migrate:undo')).toContain(
    `${String(files.at(-1)).replace('.cjs', '')}: reverted`,
  );
  expect(await migrate(options)).toEqual([files.at(-1)]);
  const status = await sequelizeCli('db:migrate:status');
  expect(status.match(/^up /gm)).toHaveLength(files.length);
  expect(status).not.toMatch(/^down /m);
});

it('two starts at once: the second waits for the first and applies nothing', async () => {
  const migrationsDir = scratchMigrations('1-a', '2-b');
  const both = await Promise.all([
    migrate({ ...options, migrationsDir }),
    migrate({ ...options, migrationsDir }),
  ]);
  expect(both.sort((a, b) => a.length - b.length)).toEqual([[], ['1-a.cjs', '2-b.cjs']]);
});

it('a migration that fails leaves nothing of itself, and the ones before it stay', async () => {
  const migrationsDir = scratchMigrations('1-a');
  writeFileSync(
    join(migrationsDir, '2-b.cjs'),
    "module.exports = require('./support/steps.cjs').migration('CREATE TABLE half (id int); SELECT 1/0', '');",
  );
  await expect(migrate({ ...options, migrationsDir })).rejects.toThrow(/2-b.*division by zero/s);
  expect(await recorded()).toEqual(['1-a.cjs']);
  expect(await schema()).not.toContain('half');
});

it('a database that a newer version wrote is refused, with the way out named', async () => {
  await migrate({ ...options, migrationsDir: scratchMigrations('1-a', '2-b') });
  rmSync(join(dir, 'migrations', '2-b.cjs'));
  await expect(migrate({ ...options, migrationsDir: join(dir, 'migrations') })).rejects.toThrow(
    /2-b\.cjs.*newer version.*backup/,
  );
});

it("a server without the owner's URL starts only on a database that is at head", async () => {
  await expect(assertMigrated(appUrl, checkoutMigrations())).rejects.toThrow(
    `lacks ${files.length} migration(s), the first is ${files[0]}`,
  );
  await migrate(options);
  await expect(assertMigrated(appUrl, checkoutMigrations())).resolves.toBeUndefined();
});

it("the app's role has the name that DATABASE_URL gives it, and a missing one is named with the command that makes it", async () => {
  const { adminUrl } = inject('testCluster');
  await expect(migrate({ ...options, appRole: 'bar_app' })).rejects.toThrow(
    /"bar_app".*does not exist.*CREATE ROLE/,
  );
  await sql(adminUrl, 'CREATE ROLE bar_app LOGIN');
  try {
    await migrate({ ...options, appRole: 'bar_app' });
    const app = openDatabase({ url: appUrl.replace('taptill_app', 'bar_app') });
    try {
      await assertNoDrift(app, expected, 'bar_app');
    } finally {
      await app.close();
    }
  } finally {
    await sql(ownerUrl, 'DROP OWNED BY bar_app').catch(() => undefined);
    await sql(adminUrl.replace('/postgres?', `${new URL(ownerUrl).pathname}?`), 'DROP OWNED BY bar_app');
    await sql(adminUrl, 'DROP ROLE bar_app');
  }
});

it.each([
  ['ALTER TABLE guests ADD COLUMN birth_date date', /unexpected: TABLE guests: birth_date date/],
  [
    'ALTER TABLE guest_accounts DROP CONSTRAINT guest_accounts_balance_not_negative',
    /missing: .*guest_accounts_balance_not_negative/,
  ],
  [
    'DROP INDEX ledger_transactions_one_debit_per_grant',
    /missing: .*ledger_transactions_one_debit_per_grant/,
  ],
  [
    'ALTER TABLE ledger_entries DISABLE TRIGGER ledger_entries_append_only',
    /unexpected: TABLE ledger_entries: CREATE TRIGGER ledger_entries_append_only .*enabled: D/,
  ],
  [
    'CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$',
    /FUNCTION refuse_change/,
  ],
  [
    'GRANT UPDATE ON ledger_entries TO taptill_app',
    /unexpected: TABLE ledger_entries: GRANT INSERT, SELECT, UPDATE TO app/,
  ],
  [
    'ALTER TABLE cards ALTER COLUMN uid TYPE varchar(20)',
    /unexpected: TABLE cards: uid character varying\(20\)/,
  ],
])('drift is named and refused: %s', async (change, named) => {
  await migrate(options);
  await sql(ownerUrl, change);
  const app = openDatabase({ url: appUrl });
  try {
    await expect(assertNoDrift(app, expected, 'taptill_app')).rejects.toThrow(named);
  } finally {
    await app.close();
  }
});
