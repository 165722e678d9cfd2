import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encrypt } from './encryption.ts';
import { headRecord, manifestRecord, partRecords } from './parts.ts';
import type { Manifest } from './parts.ts';
import { publishFile } from './publishFile.ts';
import { checkBackup, readBackup } from './readBackup.ts';

const passphrase = 'хмель и солод 7';
const dir = mkdtempSync(join(tmpdir(), 'taptill-sealed-'));
const file = join(dir, 'whole.backup');
const rows = Array.from({ length: 6_000 }, () => `${randomBytes(30).toString('hex')}\tстрока\n`).join('');
const key = '-----BEGIN PRIVATE KEY-----\n';
let whole: Buffer;

async function* once(text: string): AsyncGenerator<Buffer> {
  yield Buffer.from(text);
}

async function* contents(): AsyncGenerator<Buffer> {
  const parts: Manifest['parts'][number][] = [];
  const head = {
    app_version: '1',
    created_at: '',
    incarnation: 'a',
    server_version: '18',
    last_z: 0,
    migrations: [],
  };
  yield headRecord({ format: 1, ...head });
  yield* partRecords({ kind: 'table', name: 'guests', columns: ['a', 'b'] }, once(rows), (end) =>
    parts.push({ kind: 'table', name: 'guests', ...end }),
  );
  yield* partRecords({ kind: 'key', name: 'authority.pem' }, once(key), (end) =>
    parts.push({ kind: 'key', name: 'authority.pem', ...end }),
  );
  yield manifestRecord({ parts, sequences: [], ledger: { entries: 0, hash: '' } });
}

beforeAll(async () => {
  await pipeline(
    contents(),
    createGzip(),
    (packed: AsyncIterable<Buffer>) => encrypt(packed, passphrase),
    (sealed: AsyncIterable<Buffer>) => publishFile(file, sealed),
  );
  whole = readFileSync(file);
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** What reading a changed copy of the file says. */
async function saidOf(bytes: Buffer, given = passphrase): Promise<string> {
  const copy = join(dir, 'changed.backup');
  writeFileSync(copy, bytes);
  return checkBackup({ file: copy, passphrase: given }).then(
    () => 'whole',
    (error: Error) => `${error.name}: ${error.message}`,
  );
}

function flipped(at: number): Buffer {
  const bytes = Buffer.from(whole);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  return bytes;
}

describe('a backup file', () => {
  it('gives back every byte of every part, through several sealed blocks', async () => {
    const got: Record<string, string> = {};
    const manifest = await readBackup(
      { file, passphrase },
      {
        head: () => undefined,
        part: async ({ name }, data) => {
          const chunks: Buffer[] = [];
          for await (const chunk of data) chunks.push(chunk);
          got[name] = Buffer.concat(chunks).toString('utf8');
          return undefined;
        },
      },
    );
    expect(whole.length).toBeGreaterThan(3 * 64 * 1024);
    expect(got).toEqual({ guests: rows, 'authority.pem': key });
    expect(manifest.parts[0]).toEqual({
      kind: 'table',
      name: 'guests',
      rows: 6_000,
      sha256: createHash('sha256').update(rows).digest('hex'),
    });
  });

  it('shows neither names nor keys to who has no passphrase', () => {
    expect(whole.includes('строка')).toBe(false);
    expect(whole.includes('PRIVATE KEY')).toBe(false);
    expect(whole.includes('guests')).toBe(false);
  });

  it('says that the passphrase is wrong, and not that the file is', async () => {
    expect(await saidOf(whole, 'хмель и солод 8')).toBe(
      'BackupError: The passphrase does not fit the backup changed.backup.',
    );
  });

  it('opens by the same passphrase typed on another computer (composed or decomposed letters)', async () => {
    const composed = 'пиво й хмель';
    const other = join(dir, 'letters.backup');
    const sealed = (source: AsyncIterable<Buffer>) => encrypt(source, composed.normalize('NFC'));
    await pipeline(contents(), createGzip(), sealed, (bytes: AsyncIterable<Buffer>) =>
      publishFile(other, bytes),
    );
    await expect(checkBackup({ file: other, passphrase: composed.normalize('NFD') })).resolves.toBeDefined();
  });

  it('names a flipped bit wherever it is: in the first lines, in any block, in a tag', async () => {
    const header = whole.indexOf('\n', whole.indexOf('{'));
    const places = [20, 60, header - 10, header + 70, header + 500, 70_000, 140_000, whole.length - 14];
    for (const at of places)
      expect(await saidOf(flipped(at)), `byte ${at}`).toMatch(/^BackupError: .*changed or damaged/);
  });

  it('names a file that is cut off, at a block or anywhere', async () => {
    const start = whole.indexOf('\n', whole.indexOf('{')) + 66;
    for (const length of [whole.length - 1, whole.length - 13, start + 65_552, start + 100, 200])
      expect(await saidOf(whole.subarray(0, length)), `length ${length}`).toMatch(
        /^BackupError: .*is cut off/,
      );
  });

  it('notices blocks that are left out, doubled or moved, even where the end is there', async () => {
    const start = whole.indexOf('\n', whole.indexOf('{')) + 66;
    const block = (n: number): Buffer => whole.subarray(start + n * 65_552, start + (n + 1) * 65_552);
    const closing = whole.subarray(whole.length - 13);
    const head = whole.subarray(0, start);
    const rest = whole.subarray(start + 2 * 65_552);
    const without = Buffer.concat([head, block(1), rest]);
    const moved = Buffer.concat([head, block(1), block(0), rest]);
    const shortened = Buffer.concat([head, block(0), closing]);
    for (const bytes of [without, moved, shortened])
      expect(await saidOf(bytes)).toMatch(/changed or damaged/);
  });

  it('is told from a file of another kind, an empty one, a missing one and a newer format', async () => {
    expect(await saidOf(Buffer.from('PK something else'))).toMatch(/is not a Taptill backup/);
    expect(await saidOf(Buffer.alloc(0))).toMatch(/is not a Taptill backup/);
    const newer = Buffer.concat([Buffer.from('TAPTILL BACKUP 2'), whole.subarray(16)]);
    expect(await saidOf(newer)).toMatch(/a format that this Taptill does not know/);
    await expect(checkBackup({ file: join(dir, 'none'), passphrase })).rejects.toThrow(/There is no file/);
  });

  it('is not made under a passphrase that protects nothing', async () => {
    await expect(async () => {
      for await (const _ of encrypt(once('x'), 'short'));
    }).rejects.toThrow(/at least 8 characters/);
  });
});

describe('a file is published', () => {
  it('whole or not at all: a source that fails half-way leaves the folder as it was', async () => {
    const before = readdirSync(dir).sort();
    async function* breaking(): AsyncGenerator<Buffer> {
      yield Buffer.alloc(100_000);
      throw new Error('the database went away');
    }
    await expect(publishFile(join(dir, 'half.backup'), breaking())).rejects.toThrow('the database went away');
    expect(readdirSync(dir).sort()).toEqual(before);
  });

  it('never over another file', async () => {
    await expect(publishFile(file, once('other'))).rejects.toThrow(/a file of that name is there already/);
    expect(readFileSync(file).equals(whole)).toBe(true);
  });

  it('nowhere else: a place that is no folder is named', async () => {
    await expect(publishFile(join(file, 'x.backup'), once('x'))).rejects.toThrow(
      /^The backup could not be written to .*whole\.backup: (it is no folder|a file of that name)/,
    );
  });
});
