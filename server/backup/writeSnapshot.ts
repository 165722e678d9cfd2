import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type pg from 'pg';
import { copyOut } from './copy.ts';
import { copyOutSql, sequencesOf, tablesOf } from './catalogue.ts';
import { ledgerHash } from './ledgerHash.ts';
import { headRecord, manifestRecord, partRecords } from './parts.ts';
import type { Head, Manifest, Part } from './parts.ts';

/** Passwords and port of one cluster on one computer: the next cluster makes its own. */
const STAYS_HERE = /^postgres\./;
const LARGEST_KEY = 1024 * 1024;

/** The files of keys/ that make this till this till: its authority and the key that nodes know it by. */
export function keyFiles(keysDir: string): string[] {
  if (!existsSync(keysDir)) return [];
  return readdirSync(keysDir)
    .filter((file) => /^[\w-]+\.[a-z]+$/.test(file) && !STAYS_HERE.test(file))
    .filter(
      (file) => statSync(join(keysDir, file)).isFile() && statSync(join(keysDir, file)).size <= LARGEST_KEY,
    )
    .sort();
}

/** What the snapshot's transaction sees of itself. */
export async function describeBar(
  client: pg.Client,
  of: { app_version: string; created_at: Date },
): Promise<Head> {
  const { rows } = await client.query<Pick<Head, 'incarnation' | 'server_version' | 'last_z' | 'migrations'>>(
    `SELECT (SELECT value #>> '{}' FROM settings WHERE key = 'incarnation') AS incarnation,
       current_setting('server_version') AS server_version,
       (SELECT coalesce(max(z_number), 0) FROM shifts) AS last_z,
       (SELECT json_agg(name ORDER BY name) FROM "SequelizeMeta") AS migrations`,
  );
  const [row] = rows;
  if (!row?.incarnation)
    throw new Error('The settings table has no incarnation: this is no database of a bar.');
  return { format: 1, app_version: of.app_version, created_at: of.created_at.toISOString(), ...row };
}

/**
 * Everything a bar is, as the records of a backup. `client` is inside a REPEATABLE READ transaction: all tables are of one
 * moment, and whoever works on goes on.
 */
export async function* writeSnapshot(
  client: pg.Client,
  { head, keysDir, ended }: { head: Head; keysDir: string; ended: (manifest: Manifest) => void },
): AsyncGenerator<Buffer> {
  yield headRecord(head);
  const parts: Manifest['parts'][number][] = [];
  const note =
    ({ kind, name }: Part) =>
    (end: { rows: number; sha256: string }) =>
      void parts.push({ kind, name, ...end });
  for (const table of await tablesOf(client)) {
    const columns = table.columns.map((column) => column.name);
    const part: Part = { kind: 'table', name: table.name, columns };
    yield* partRecords(part, copyOut(client, copyOutSql(table)), note(part));
  }
  for (const name of keyFiles(keysDir)) {
    const part: Part = { kind: 'key', name };
    yield* partRecords(part, once(readFileSync(join(keysDir, name))), note(part));
  }
  const manifest: Manifest = {
    parts,
    sequences: await sequencesOf(client),
    ledger: await ledgerHash(client),
  };
  ended(manifest);
  yield manifestRecord(manifest);
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}
