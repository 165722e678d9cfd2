import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startCluster } from '#server/db/cluster';
import { openDatabase } from '#server/db/database';
import { describeSchema } from '#server/db/describeSchema';
import { appRoleOf, asOnlyMigrator, migrate, migrationFiles, prepareRights } from '#server/db/migrate';
import { checkoutMigrations, dataDirectory } from '#server/db/paths';

const ROOT = join(import.meta.dirname, '..');
const USAGE =
  'Usage: npm run db:migrate | db:undo | db:status | db:schema, or npm run db:new -- <name-of-the-change>.';

interface Urls {
  readonly ownerUrl: string;
  readonly appUrl: string;
}

const TEMPLATE = (title: string): string => `'use strict';
// ${title}: say here what changes and why.
const { migration } = require('./support/steps.cjs');

module.exports = migration(
  \`
-- up: additive; nothing dropped or renamed that a running version uses
\`,
  \`
-- down: the exact reverse
\`,
);
`;

const [action = '', ...rest] = process.argv.slice(2);
try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

async function main(): Promise<void> {
  if (action === 'new') return newMigration(rest.join('-'));
  if (action === 'snapshot') return writeSnapshot(rest[0]);
  if (action === 'schema' && !process.env['DATABASE_OWNER_URL']) return schemaFromScratch();
  if (!['migrate', 'undo', 'status', 'schema'].includes(action)) throw new Error(USAGE);
  await withDatabase(async (urls) => {
    if (action !== 'schema') await sequelizeCli(action, urls);
    if (action !== 'status') await writeSchema(urls);
  });
}

/** The database that the environment names, else the embedded one of the data directory. */
async function withDatabase(work: (urls: Urls) => Promise<void>): Promise<void> {
  const { DATABASE_OWNER_URL: ownerUrl, DATABASE_URL: appUrl } = process.env;
  if (ownerUrl) {
    if (!appUrl)
      throw new Error(
        'Set DATABASE_URL beside DATABASE_OWNER_URL: its user is the role that gets the rights.',
      );
    return work({ ownerUrl, appUrl });
  }
  if (appUrl)
    throw new Error('Set DATABASE_OWNER_URL too: the user of DATABASE_URL must not change the schema.');
  const cluster = await startCluster({ dataDir: dataDirectory(), log: console.log });
  try {
    await work(cluster);
  } finally {
    // An adopted one belongs to a till that is running.
    if (cluster.started !== 'adopted') await cluster.stop();
  }
}

/** The same files by sequelize-cli, under the lock that the app's own start takes. */
async function sequelizeCli(command: string, { ownerUrl, appUrl }: Urls): Promise<void> {
  const names: Record<string, string> = {
    migrate: 'db:migrate',
    undo: 'db:migrate:undo',
    status: 'db:migrate:status',
  };
  const args = [
    join(ROOT, 'node_modules', 'sequelize-cli', 'lib', 'sequelize'),
    names[command] ?? command,
    ...rest,
  ];
  const env = { ...process.env, DATABASE_OWNER_URL: ownerUrl, DATABASE_URL: appUrl };
  await asOnlyMigrator(ownerUrl, async (client) => {
    await prepareRights(client, appRoleOf(appUrl));
    const child = spawn(process.execPath, args, { cwd: ROOT, env, stdio: 'inherit' });
    const code = await new Promise<number | null>((resolve, reject) => {
      child.on('error', reject);
      child.on('exit', resolve);
    });
    if (code !== 0)
      throw new Error(`sequelize-cli ended with ${code}; the failed migration was rolled back as a whole.`);
    await prepareRights(client, appRoleOf(appUrl));
  });
}

/** Shows reviewers what a migration changes; the start compares the database with it. */
async function writeSchema({ ownerUrl, appUrl }: Urls): Promise<void> {
  if (!existsSync(join(ROOT, '.git'))) return;
  const owner = openDatabase({ url: ownerUrl, pool: { max: 4 } });
  try {
    const file = join(checkoutMigrations(), 'schema.sql');
    writeFileSync(file, await describeSchema(owner, appRoleOf(appUrl)));
    console.log(`wrote ${file}`);
  } finally {
    await owner.close();
  }
}

/** Without a database of one's own: head in a new temporary cluster. */
async function schemaFromScratch(): Promise<void> {
  const { temporaryCluster } = await import('#server/testing/temporaryCluster');
  const { cluster, remove } = await temporaryCluster();
  try {
    await migrate({ ...cluster, appRole: appRoleOf(cluster.appUrl), migrationsDir: checkoutMigrations() });
    await writeSchema(cluster);
  } finally {
    await remove();
  }
}

/** Freezes the SQL of the migrations up to one of them, for the test that brings an older database to head. */
async function writeSnapshot(upTo: string | undefined): Promise<void> {
  const files = migrationFiles(checkoutMigrations());
  const last = upTo ?? files.at(-1) ?? '';
  if (!files.includes(last))
    throw new Error(`There is no migration ${last}: name one of ${files.join(', ')}.`);
  const load = createRequire(join(checkoutMigrations(), 'package.json'));
  const sql = ['CREATE TABLE "SequelizeMeta" (name VARCHAR(255) PRIMARY KEY UNIQUE NOT NULL);'];
  const sequelize = {
    transaction: (work: (transaction: undefined) => Promise<void>) => work(undefined),
    query: async (statements: string) => void sql.push(statements.trim()),
  };
  for (const name of files.slice(0, files.indexOf(last) + 1)) {
    sql.push(`-- ${name}`);
    await (load(join(checkoutMigrations(), name)) as Migration).up({ sequelize });
    sql.push(`INSERT INTO "SequelizeMeta" VALUES ('${name}');`);
  }
  const file = join(checkoutMigrations(), 'snapshots', last.replace('.cjs', '.schema.sql'));
  writeFileSync(file, `-- Frozen: a database as it stood after ${last}.\n${sql.join('\n')}\n`);
  console.log(`wrote ${file}`);
}

interface Migration {
  up(queryInterface: { sequelize: unknown }): Promise<void>;
}

function newMigration(name: string): void {
  const slug = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
  if (slug === '') throw new Error(USAGE);
  const stamp = new Date().toISOString().replaceAll(/\D/g, '').slice(0, 14);
  const file = join(checkoutMigrations(), `${stamp}-${slug}.cjs`);
  writeFileSync(file, TEMPLATE(slug.replaceAll('-', ' ')), { flag: 'wx' });
  console.log(`wrote ${file}`);
}
