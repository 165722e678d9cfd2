import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import pg from 'pg';
import { Sequelize, type QueryInterface } from 'sequelize';
import type { Umzug } from 'umzug';
import { openDatabase, parseDatabaseUrl } from './database.ts';

export interface MigrateOptions {
  readonly ownerUrl: string;
  /** The role that the server works as; migrations give it its rights. */
  readonly appRole: string;
  readonly migrationsDir: string;
  readonly log?: (message: string) => void;
  /** Stop after this migration (tests of older schemas). */
  readonly upTo?: string;
}

/** What a migration file exports; sequelize-cli calls it the same way. Each opens its own transaction. */
interface MigrationModule {
  up(queryInterface: QueryInterface, sequelize: typeof Sequelize): Promise<void>;
  down(queryInterface: QueryInterface, sequelize: typeof Sequelize): Promise<void>;
}

/** Any number that nothing else on the server uses: "taptill" as bytes, cut to 53 bits. */
const LOCK_KEY = 0x746170_74696c;
const LOCK_PATIENCE_MS = 120_000;
const META = '"SequelizeMeta"';

/** Brings the schema to the newest migration and returns the names that were applied. Safe to call at every start. */
export async function migrate(options: MigrateOptions): Promise<string[]> {
  return asOnlyMigrator(options.ownerUrl, async (client) => {
    const recorded = await recordedMigrations(client);
    const files = migrationFiles(options.migrationsDir);
    refuseUnknown(recorded, files);
    await prepareRights(client, options.appRole);
    const pending = files.filter((name) => !recorded.includes(name));
    if (pending.length === 0) return [];
    const applied = await withUmzug(options, (umzug) =>
      umzug.up(options.upTo ? { to: options.upTo } : undefined),
    );
    await prepareRights(client, options.appRole);
    return applied.map((migration) => migration.name);
  });
}

/** Takes back the newest migration, or all down to and including `downTo`. `0` means all of them. */
export async function undoMigrations(options: MigrateOptions, downTo?: string | 0): Promise<string[]> {
  return asOnlyMigrator(options.ownerUrl, async () => {
    const undone = await withUmzug(options, (umzug) =>
      umzug.down(downTo === undefined ? undefined : { to: downTo }),
    );
    return undone.map((migration) => migration.name);
  });
}

/** For a server that has no owner's URL: the schema must already be the newest. */
export async function assertMigrated(appUrl: string, migrationsDir: string): Promise<void> {
  const client = new pg.Client({ connectionString: appUrl });
  await client.connect();
  try {
    const recorded = await recordedMigrations(client);
    const files = migrationFiles(migrationsDir);
    refuseUnknown(recorded, files);
    const pending = files.filter((name) => !recorded.includes(name));
    if (pending.length === 0) return;
    throw new Error(
      `The database lacks ${pending.length} migration(s), the first is ${String(pending[0])}: ` +
        'set DATABASE_OWNER_URL, so that the start applies them, or run `npm run db:migrate`.',
    );
  } finally {
    await client.end();
  }
}

/** Runs `work` while no other start, `db:migrate` or `db:undo` changes the schema of this database. */
export async function asOnlyMigrator<T>(
  ownerUrl: string,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({ connectionString: ownerUrl, application_name: 'taptill migrations' });
  await client.connect();
  try {
    await client.query(`SET lock_timeout = ${LOCK_PATIENCE_MS}`);
    await client.query('SELECT pg_advisory_lock($1)', [LOCK_KEY]).catch((cause: unknown) => {
      throw new Error(
        "Another process has been changing this database's schema for two minutes: wait for it or end it.",
        { cause },
      );
    });
    return await work(client);
  } finally {
    await client.end();
  }
}

export function migrationFiles(migrationsDir: string): string[] {
  if (!existsSync(migrationsDir))
    throw new Error(`The folder of migrations, ${migrationsDir}, does not exist.`);
  return readdirSync(migrationsDir)
    .filter((name) => name.endsWith('.cjs'))
    .sort();
}

export async function recordedMigrations(client: pg.Client): Promise<string[]> {
  const known = await client.query<{ exists: boolean }>(
    `SELECT to_regclass('${META}') IS NOT NULL AS exists`,
  );
  if (!known.rows[0]?.exists) return [];
  const rows = await client.query<{ name: string }>(`SELECT name FROM ${META} ORDER BY name`);
  return rows.rows.map((row) => row.name);
}

function refuseUnknown(recorded: readonly string[], files: readonly string[]): void {
  const unknown = recorded.find((name) => !files.includes(name));
  if (unknown === undefined) return;
  throw new Error(
    `The database has the migration ${unknown}, which this Taptill does not know: a newer version wrote it. ` +
      'Start that version, or restore the backup that was made before the update.',
  );
}

/**
 * The role must be there before the first migration names it. It may use the schema and read the record of
 * migrations; everything else each migration grants by itself, so that a forgotten right is a refusal.
 */
export async function prepareRights(client: pg.Client, appRole: string): Promise<void> {
  const known = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [appRole]);
  if (known.rowCount === 0) {
    throw new Error(
      `The app's role "${appRole}" (the user of DATABASE_URL) does not exist: create it with ` +
        `CREATE ROLE ${pg.escapeIdentifier(appRole)} LOGIN PASSWORD '…', without any other right.`,
    );
  }
  const role = pg.escapeIdentifier(appRole);
  await client.query(`GRANT USAGE ON SCHEMA public TO ${role}`);
  const record = await client.query<{ exists: boolean }>(
    `SELECT to_regclass('${META}') IS NOT NULL AS exists`,
  );
  if (!record.rows[0]?.exists) return;
  await client.query(`REVOKE ALL ON ${META} FROM ${role}`);
  await client.query(`GRANT SELECT ON ${META} TO ${role}`);
}

async function withUmzug<T>(options: MigrateOptions, work: (umzug: Umzug) => Promise<T>): Promise<T> {
  // Loaded only when there is something to apply: a start with nothing pending must not pay for it.
  const umzugModule = await import('umzug');
  const sequelize = openDatabase({
    url: options.ownerUrl,
    appRole: options.appRole,
    applicationName: 'taptill migrations',
    pool: { max: 2 },
    statementTimeoutMs: 0,
    lockTimeoutMs: 30_000,
  });
  const load = createRequire(join(options.migrationsDir, 'package.json'));
  const umzug = new umzugModule.Umzug({
    migrations: migrationFiles(options.migrationsDir).map((name) => {
      const path = join(options.migrationsDir, name);
      const step = (direction: 'up' | 'down') => () =>
        (load(path) as MigrationModule)[direction](sequelize.getQueryInterface(), Sequelize);
      return { name, path, up: step('up'), down: step('down') };
    }),
    storage: new umzugModule.SequelizeStorage({
      sequelize,
      modelName: 'SequelizeMeta',
      tableName: 'SequelizeMeta',
    }),
    logger: undefined,
  });
  umzug.on('migrated', ({ name }) => options.log?.(`migrated ${name}`));
  umzug.on('reverted', ({ name }) => options.log?.(`reverted ${name}`));
  try {
    return await work(umzug);
  } finally {
    await sequelize.close();
  }
}

/** The user of DATABASE_URL is the app's role. */
export const appRoleOf = (appUrl: string): string => parseDatabaseUrl(appUrl).username;
