import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { assertDatabase } from '../db/checks.ts';
import { startCluster } from '../db/cluster.ts';
import type { Cluster, ClusterOptions } from '../db/cluster.ts';
import { openDatabase } from '../db/database.ts';
import { assertNoDrift } from '../db/drift.ts';
import { appRoleOf, migrate, migrationFiles } from '../db/migrate.ts';
import { readOrCreate } from '../security/keyFiles.ts';
import { verifyBooks } from '../services/verifyBooks.ts';
import type { BooksVerdict } from '../services/verifyBooks.ts';
import { BackupError } from './backupError.ts';
import { loadBackup } from './loadBackup.ts';
import type { Loaded } from './loadBackup.ts';
import type { Head } from './parts.ts';
import { assertLastZ } from './raise.ts';
import { checkBackup } from './readBackup.ts';
import { assertNoUnfinishedRestore, UNFINISHED } from './unfinished.ts';

export interface RestoreOptions {
  readonly from: string;
  readonly passphrase: string;
  /** Must not exist or be empty. */
  readonly dataDir: string;
  readonly migrationsDir: string;
  /** The number on the last printed Z, if any was printed after the backup. */
  readonly lastZ?: number;
  readonly cluster?: Omit<ClusterOptions, 'dataDir'>;
  readonly log?: (sentence: string) => void;
}

export interface RestoreResult {
  readonly head: Head;
  readonly incarnation: string;
  readonly rows: number;
  readonly keys: readonly string[];
  readonly ledger: Loaded['manifest']['ledger'];
  readonly books: BooksVerdict;
}

/**
 * Makes a bar from a backup in an empty data directory: reads the backup to its end first, then creates the cluster, brings
 * it to the backup's migrations, loads it, brings it to today's, and checks the books. The cluster is stopped afterwards. What
 * fails is taken away again. @throws BackupError in one sentence
 */
export async function restoreBackup(options: RestoreOptions): Promise<RestoreResult> {
  const dataDir = resolve(options.dataDir);
  assertEmpty(dataDir);
  const log = options.log ?? (() => undefined);
  const { head } = await checkBackup({ file: options.from, passphrase: options.passphrase });
  assertKnown(head, options.migrationsDir);
  assertLastZ(options.lastZ, head);
  log(`The backup is whole: of ${head.created_at}, Taptill ${head.app_version}.`);
  const wasThere = existsSync(dataDir);
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  writeFileSync(
    join(dataDir, UNFINISHED),
    'A restore into this folder has not finished: delete the folder and restore again.\n',
  );
  const made: { cluster?: Cluster } = {};
  try {
    made.cluster = await createCluster({ ...options, dataDir });
    const restored = await restoreInto(made.cluster, { ...options, dataDir }, head);
    await made.cluster.stop();
    rmSync(join(dataDir, UNFINISHED));
    return restored;
  } catch (error) {
    await made.cluster?.stop().catch(() => undefined);
    takeAway(dataDir, { wasThere, cluster: made.cluster });
    throw error;
  }
}

function assertEmpty(dataDir: string): void {
  if (!existsSync(dataDir)) return;
  assertNoUnfinishedRestore(dataDir);
  const [first] = readdirSync(dataDir);
  if (first === undefined) return;
  throw new BackupError(
    `The data directory ${dataDir} is not empty (${first}, …): restore only into an empty or new one, so that no bar is overwritten. Nothing was changed.`,
  );
}

function assertKnown(head: Head, migrationsDir: string): void {
  const files = migrationFiles(migrationsDir);
  const unknown = head.migrations.find((name) => !files.includes(name));
  if (unknown === undefined) return;
  throw new BackupError(
    `The backup was made by a newer Taptill (${head.app_version}, migration ${unknown}): restore it with that version.`,
  );
}

async function createCluster({ cluster, dataDir }: RestoreOptions): Promise<Cluster> {
  const started = await startCluster({ ...cluster, dataDir });
  if (started.started === 'created') return started;
  // Root's own user keeps clusters elsewhere: one of an earlier folder of the same name may be there.
  if (started.started === 'restarted') await started.stop();
  throw new BackupError(
    `There is already a database of ${dataDir} in ${started.pgData}: restore into another folder.`,
  );
}

async function restoreInto(cluster: Cluster, options: RestoreOptions, head: Head): Promise<RestoreResult> {
  const { ownerUrl, appUrl } = cluster;
  const { migrationsDir, lastZ } = options;
  const schema = { ownerUrl, appRole: appRoleOf(appUrl), migrationsDir };
  const incarnation = randomUUID();
  await migrate({ ...schema, upTo: head.migrations.at(-1) });
  const file = { file: options.from, passphrase: options.passphrase };
  const { manifest, keys } = await loadBackup({ ...file, ownerUrl, incarnation, lastZ });
  options.log?.(`Loaded ${manifest.parts.length} parts.`);
  await migrate(schema);
  const books = await check(appUrl, options);
  for (const [name, bytes] of keys)
    await readOrCreate(join(options.dataDir, 'keys', name), async () => bytes.toString('utf8'));
  const rows = manifest.parts.reduce((sum, part) => sum + (part.kind === 'table' ? part.rows : 0), 0);
  return { head, incarnation, rows, keys: [...keys.keys()], ledger: manifest.ledger, books };
}

/** The same questions as at a start, then the books from their first row. */
async function check(appUrl: string, { migrationsDir }: RestoreOptions): Promise<BooksVerdict> {
  const sequelize = openDatabase({ url: appUrl, pool: { max: 2 }, statementTimeoutMs: 0 });
  try {
    await assertDatabase(sequelize, { embedded: true });
    await assertNoDrift(
      sequelize,
      readFileSync(join(migrationsDir, 'schema.sql'), 'utf8'),
      appRoleOf(appUrl),
    );
    return await verifyBooks({ sequelize });
  } finally {
    await sequelize.close();
  }
}

/** Only what this restore made: the folder was empty. */
function takeAway(dataDir: string, { wasThere, cluster }: { wasThere: boolean; cluster?: Cluster }): void {
  if (cluster?.started === 'created') rmSync(cluster.pgData, { recursive: true, force: true });
  if (!wasThere) return rmSync(dataDir, { recursive: true, force: true });
  for (const name of readdirSync(dataDir)) rmSync(join(dataDir, name), { recursive: true, force: true });
}
