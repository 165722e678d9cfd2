import { createReadStream } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import pg from 'pg';
import { BackupError } from './backupError.ts';
import { encrypt, requirePassphrase } from './encryption.ts';
import { backupName, expiredBackups } from './files.ts';
import type { Head, Manifest } from './parts.ts';
import { publishFile } from './publishFile.ts';
import { describeBar, writeSnapshot } from './writeSnapshot.ts';

export interface BackupOptions {
  /** The owner's URL; the app's will do where there is no other. */
  readonly databaseUrl: string;
  readonly keysDir: string;
  readonly to: string;
  /** Another disk: the same file again. */
  readonly second?: string;
  readonly passphrase: string;
  readonly appVersion: string;
  /** How many of this bar's backups stay in each place; without it all. */
  readonly keep?: number;
  readonly now?: () => Date;
}

export interface BackupResult {
  readonly file: string;
  readonly bytes: number;
  readonly created_at: string;
  readonly rows: number;
  readonly ledger: Manifest['ledger'];
  /** The second place: its file, or why there is none. The first stands either way. */
  readonly second?: { readonly file: string } | { readonly problem: string };
  readonly removed: readonly string[];
}

/** Beside SequelizeMeta's and the sealer's; held by the session, so that it ends with it however that ends. */
const BACKUP_LOCK = 7_203_115;

/**
 * One backup of a whole bar, while it works: every table of one moment, the keys, a manifest; packed, sealed by the
 * passphrase, and under its name only when all of it is on the disk.
 * @throws BackupError in one sentence; then there is no file
 */
export async function backupNow(options: BackupOptions): Promise<BackupResult> {
  requirePassphrase(options.passphrase);
  if (options.second && resolve(options.second) === resolve(options.to))
    throw new BackupError(
      'The second place is the first one: name a folder on another disk, or leave --second out.',
    );
  const created_at = (options.now ?? (() => new Date()))();
  const { head, manifest, file } = await inSnapshot(options.databaseUrl, async (client) => {
    const described = await describeBar(client, { app_version: options.appVersion, created_at });
    const target = join(resolve(options.to), backupName({ ...described, created_at }));
    return {
      head: described,
      file: target,
      manifest: await writeOut(client, options, { head: described, file: target }),
    };
  });
  const second = options.second ? await copyTo(resolve(options.second), file) : undefined;
  const removed = options.keep === undefined ? [] : await prune(options, head.incarnation, options.keep);
  return {
    file,
    bytes: (await stat(file)).size,
    created_at: head.created_at,
    rows: manifest.parts.reduce((sum, part) => sum + (part.kind === 'table' ? part.rows : 0), 0),
    ledger: manifest.ledger,
    ...(second && { second }),
    removed,
  };
}

async function writeOut(
  client: pg.Client,
  { keysDir, passphrase }: BackupOptions,
  { head, file }: { head: Head; file: string },
): Promise<Manifest> {
  const written: { manifest?: Manifest } = {};
  const snapshot = writeSnapshot(client, { head, keysDir, ended: (all) => (written.manifest = all) });
  await pipeline(
    snapshot,
    createGzip(),
    (packed: AsyncIterable<Buffer>) => encrypt(packed, passphrase),
    (sealed: AsyncIterable<Buffer>) => publishFile(file, sealed),
  );
  if (!written.manifest) throw new Error('The snapshot ended without its manifest.');
  return written.manifest;
}

/** One read-only moment of the database. No transaction number is taken, so nobody waits for this one to end. */
async function inSnapshot<T>(databaseUrl: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: databaseUrl, application_name: 'taptill backup' });
  // A connection that breaks fails what is being read; without a listener it would end the process.
  client.on('error', () => undefined);
  await client.connect().catch((cause: Error) => {
    throw new BackupError(`The database cannot be reached for a backup: ${cause.message}`, { cause });
  });
  try {
    await client.query(`SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0;
      SET DateStyle = 'ISO, YMD'; SET IntervalStyle = 'postgres'; SET TimeZone = 'UTC'; SET extra_float_digits = 1; SET client_encoding = 'UTF8'`);
    const lock = await client.query<{ mine: boolean }>('SELECT pg_try_advisory_lock($1) AS mine', [
      BACKUP_LOCK,
    ]);
    if (!lock.rows[0]?.mine)
      throw new BackupError('Another backup of this bar is being made: wait for its end.');
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function copyTo(dir: string, file: string): Promise<NonNullable<BackupResult['second']>> {
  const target = join(dir, file.slice(file.lastIndexOf('taptill-')));
  try {
    await publishFile(target, createReadStream(file) as AsyncIterable<Buffer>);
    return { file: target };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

async function prune({ to, second }: BackupOptions, incarnation: string, keep: number): Promise<string[]> {
  const removed: string[] = [];
  for (const dir of [to, ...(second ? [second] : [])]) {
    const names = await readdir(dir).catch(() => [] as string[]);
    for (const name of expiredBackups(names, incarnation, keep)) {
      await rm(join(dir, name), { force: true });
      removed.push(join(resolve(dir), name));
    }
  }
  return removed;
}
