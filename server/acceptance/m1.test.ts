import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { openDatabase, withDatabase } from '../db/database.ts';
import { assertNoDrift } from '../db/drift.ts';
import { migrate, migrationFiles } from '../db/migrate.ts';
import { checkoutMigrations } from '../db/paths.ts';
import { temporaryDirectory } from '../testing/temporaryCluster.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const MIGRATIONS = checkoutMigrations();
let ownerUrl: string;
let appUrl: string;
let dir: string;
beforeEach(async () => {
  const name = `m1_${process.pid}_${randomBytes(4).toString('hex')}`;
  const cluster = inject('testCluster');
  await sql(cluster.adminUrl, `CREATE DATABASE ${name} OWNER taptill_owner TEMPLATE template0`);
  ownerUrl = withDatabase(cluster.ownerUrl, name);
  appUrl = withDatabase(cluster.appUrl, name);
  dir = temporaryDirectory();
});
afterEach(async () => {
  rmSync(dir, { recursive: true, force: true });
  const name = new URL(ownerUrl).pathname.slice(1);
  await sql(inject('testCluster').adminUrl, `DROP DATABASE ${name} WITH (FORCE)`);
});

async function sql<Row>(url: string, text: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return [await client.query(text)].flat().at(-1)?.rows as Row[];
  } finally {
    await client.end();
  }
}

const toHead = () => migrate({ ownerUrl, appRole: 'taptill_app', migrationsDir: MIGRATIONS });
async function noDrift(): Promise<void> {
  const owner = openDatabase({ url: ownerUrl });
  try {
    await assertNoDrift(owner, readFileSync(join(MIGRATIONS, 'schema.sql'), 'utf8'), 'taptill_app');
  } finally {
    await owner.close();
  }
}

describe('M1: the schema is changed by migrations and by nothing else', () => {
  it('M1 · Clean DB bootstrap works from baseline to head.', async () => {
    const files = migrationFiles(MIGRATIONS);
    expect(files[0]).toBe('20261124000100-baseline.cjs');
    expect(await toHead()).toEqual(files);
    await noDrift();
  });

  it('M1 · Migration path runs on an existing DB snapshot', async () => {
    const [oldest = ''] = readdirSync(join(MIGRATIONS, 'snapshots'))
      .filter((name) => name.endsWith('.schema.sql'))
      .sort();
    for (const name of [oldest, oldest.replace('.schema.', '.data.')])
      await sql(ownerUrl, readFileSync(join(MIGRATIONS, 'snapshots', name), 'utf8'));
    const guests = 'SELECT id, name, phone FROM guests ORDER BY id';
    const before = await sql(ownerUrl, guests);
    expect(before.length).toBeGreaterThan(0);
    const applied = await toHead();
    expect(applied).toEqual(migrationFiles(MIGRATIONS).slice(0 - applied.length));
    expect(await sql(ownerUrl, guests)).toEqual(before);
    await noDrift();
  });

  it('M1 · Developer workflow documented and tested: create migration, apply migration, rollback migration.', async () => {
    const folder = join(dir, 'migrations');
    mkdirSync(folder);
    cpSync(join(MIGRATIONS, 'support'), join(folder, 'support'), { recursive: true });
    await db(folder, 'new', 'Add happy hours');
    const [made = ''] = readdirSync(folder).filter((name) => name.endsWith('.cjs'));
    expect(made).toMatch(/^\d{14}-add-happy-hours\.cjs$/);
    const file = join(folder, made);
    const filled = readFileSync(file, 'utf8')
      .replace(/-- up: .*/, 'CREATE TABLE happy_hours (id int);')
      .replace(/-- down: .*/, 'DROP TABLE happy_hours;');
    writeFileSync(file, filled);
    const there = async () =>
      (await sql<{ is: string | null }>(ownerUrl, `SELECT to_regclass('happy_hours')::text AS is`))[0]?.is;
    await db(folder, 'migrate');
    expect(await there()).toBe('happy_hours');
    expect(await db(folder, 'status')).toMatch(/^up .*add-happy-hours/m);
    await db(folder, 'undo');
    expect(await there()).toBeNull();
    const guide = readFileSync(join(ROOT, 'docs', 'migrations.md'), 'utf8');
    for (const command of ['db:new', 'db:migrate', 'db:undo', 'db:status'])
      expect(guide).toContain(`npm run ${command}`);
    expect(existsSync(join(MIGRATIONS, made))).toBe(false);
  }, 240_000);
});

/** What `npm run db:…` runs, on a folder of migrations of its own. */
async function db(folder: string, ...args: string[]): Promise<string> {
  const env = {
    ...process.env,
    DATABASE_OWNER_URL: ownerUrl,
    DATABASE_URL: appUrl,
    TAPTILL_MIGRATIONS_DIR: folder,
  };
  const { stdout } = await promisify(execFile)(process.execPath, ['build/db.ts', ...args], {
    cwd: ROOT,
    env,
  });
  return stdout;
}
