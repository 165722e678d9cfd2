import { basename } from 'node:path';
import pg from 'pg';
import { BackupError } from './backupError.ts';
import { copyInSql, tablesOf } from './catalogue.ts';
import { copyIn } from './copy.ts';
import { ledgerHash } from './ledgerHash.ts';
import type { Head, Manifest, Part } from './parts.ts';
import { raiseEverything } from './raise.ts';
import { readBackup } from './readBackup.ts';
import type { BackupFile } from './readBackup.ts';

export interface Load extends BackupFile {
  readonly ownerUrl: string;
  readonly incarnation: string;
  readonly lastZ?: number;
}

export interface Loaded {
  readonly head: Head;
  readonly manifest: Manifest;
  readonly keys: ReadonlyMap<string, Buffer>;
}

/**
 * Fills a migrated database from a backup, as its owner and in one transaction: all of it or nothing. Foreign keys are taken
 * off and put back, so the order of tables does not matter and PostgreSQL checks every one of them at the end; triggers are
 * off meanwhile, because what they would do was done when the rows were written. The ledger must come out as it went in.
 */
export async function loadBackup(load: Load): Promise<Loaded> {
  const client = new pg.Client({ connectionString: load.ownerUrl, application_name: 'taptill restore' });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query('SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0; BEGIN');
    const loaded = await withoutGuards(client, () => fill(client, load));
    await client.query('COMMIT');
    return loaded;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function fill(client: pg.Client, load: Load): Promise<Loaded> {
  const known = await tablesOf(client);
  const keys = new Map<string, Buffer>();
  const found: { head?: Head } = {};
  const manifest = await readBackup(load, {
    head: async (head) => {
      found.head = head;
      // What the migrations had put in is in the backup too.
      await client.query(
        `TRUNCATE ${known.map((table) => `public.${pg.escapeIdentifier(table.name)}`).join(', ')}`,
      );
    },
    part: async (part, data) => {
      if (part.kind === 'key') return void keys.set(keyName(part.name), await collect(data));
      return copyIn(client, copyInSql(tableName(part, known), part.columns), data);
    },
  });
  const head = found.head;
  if (!head) throw new BackupError(`The backup ${basename(load.file)} does not say what it is of.`);
  const ledger = await ledgerHash(client);
  if (ledger.hash !== manifest.ledger.hash || ledger.entries !== manifest.ledger.entries)
    throw new BackupError(
      `The ledger did not come out as it went in (${ledger.entries} entries, ${manifest.ledger.entries} in the backup): nothing was restored.`,
    );
  const { incarnation, lastZ } = load;
  const { sequences } = manifest;
  await raiseEverything(client, { head, sequences, incarnation, lastZ, ledgerHash: ledger.hash });
  return { head, manifest, keys };
}

/** A name from the file must not lead out of keys/. */
function keyName(name: string): string {
  if (/^[\w-]+\.[a-z]+$/.test(name)) return name;
  throw new BackupError(`The backup holds a key of an impossible name (${JSON.stringify(name)}).`);
}

function tableName(part: Part, known: readonly { name: string }[]): string {
  if (known.some((table) => table.name === part.name)) return part.name;
  throw new BackupError(
    `The backup holds the table ${JSON.stringify(part.name)}, which its migrations do not make.`,
  );
}

async function collect(data: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of data) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function withoutGuards<T>(client: pg.Client, work: () => Promise<T>): Promise<T> {
  const { rows: keys } = await client.query<{ off: string; on: string }>(
    `SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) AS off,
       format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) AS on
     FROM pg_constraint WHERE contype = 'f' AND connamespace = 'public'::regnamespace ORDER BY conrelid::regclass::text, conname`,
  );
  const tables = await tablesOf(client);
  const triggers = (what: 'DISABLE' | 'ENABLE'): string[] =>
    tables.map((table) => `ALTER TABLE public.${pg.escapeIdentifier(table.name)} ${what} TRIGGER USER`);
  await client.query([...keys.map((key) => key.off), ...triggers('DISABLE')].join(';\n'));
  const result = await work();
  await client
    .query([...keys.map((key) => key.on), ...triggers('ENABLE')].join(';\n'))
    .catch((cause: Error) => {
      throw new BackupError(
        `The backup's rows do not fit together: ${cause.message}. Nothing was restored.`,
        { cause },
      );
    });
  return result;
}
