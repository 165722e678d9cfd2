import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { BackupError } from './backupError.ts';
import { CLOSING, decrypt } from './encryption.ts';
import { readParts } from './parts.ts';
import type { Head, Manifest, Reader } from './parts.ts';

export interface BackupFile {
  readonly file: string;
  readonly passphrase: string;
}

/** Reads a backup from its first to its last byte. @throws BackupError: not a backup, cut off, changed, wrong passphrase */
export async function readBackup({ file, passphrase }: BackupFile, reader: Reader): Promise<Manifest> {
  const name = basename(file);
  const length = await sealedLength(file, name);
  const read: { manifest?: Manifest } = {};
  await pipeline(
    bytesOf(file, length),
    (sealed: AsyncIterable<Buffer>) => decrypt(sealed, passphrase, name),
    createGunzip(),
    async (records: AsyncIterable<Buffer>) => {
      read.manifest = await readParts(records, reader);
    },
  );
  if (!read.manifest) throw new BackupError(`The backup ${name} has no list of contents.`);
  return read.manifest;
}

/** Whether all of it is there and whole, before anything is made of it. */
export async function checkBackup(backup: BackupFile): Promise<{ head: Head; manifest: Manifest }> {
  const found: { head?: Head } = {};
  const manifest = await readBackup(backup, {
    head: (head) => void (found.head = head),
    part: () => Promise.resolve(undefined),
  });
  if (!found.head) throw new BackupError(`The backup ${basename(backup.file)} does not say what it is of.`);
  return { head: found.head, manifest };
}

/** The file without its closing line, which a copy that broke off lacks. */
async function sealedLength(file: string, name: string): Promise<number> {
  const handle = await open(file, 'r').catch((cause: NodeJS.ErrnoException) => {
    const missing = cause.code === 'ENOENT';
    throw new BackupError(
      missing ? `There is no file ${file}.` : `${file} cannot be read: ${cause.message}`,
      { cause },
    );
  });
  try {
    const { size } = await handle.stat();
    const start = Buffer.alloc(15);
    await handle.read(start, 0, start.length, 0);
    if (start.toString('latin1') !== 'TAPTILL BACKUP ')
      throw new BackupError(`${file} is not a Taptill backup.`);
    const end = Buffer.alloc(CLOSING.length);
    await handle.read(end, 0, end.length, Math.max(0, size - end.length));
    if (!end.equals(CLOSING))
      throw new BackupError(`The backup ${name} is cut off: its end is missing. Use another copy.`);
    return size - CLOSING.length;
  } finally {
    await handle.close();
  }
}

async function* bytesOf(file: string, length: number): AsyncGenerator<Buffer> {
  const handle = await open(file, 'r');
  try {
    for (let at = 0; at < length;) {
      const chunk = Buffer.allocUnsafe(Math.min(256 * 1024, length - at));
      const { bytesRead } = await handle.read(chunk, 0, chunk.length, at);
      if (bytesRead === 0) return;
      at += bytesRead;
      yield chunk.subarray(0, bytesRead);
    }
  } finally {
    await handle.close();
  }
}
