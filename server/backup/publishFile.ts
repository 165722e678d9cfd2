import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readdir, rename, rm, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { BackupError } from './backupError.ts';

const PARTIAL = '.partial-';
const ABANDONED_MS = 24 * 60 * 60 * 1000;

/**
 * Writes a file so that its name never stands for half of it: beside it, to the disk, then the name, then the folder. What
 * fails leaves nothing. @throws BackupError with the folder and the reason in one sentence
 */
export async function publishFile(file: string, source: AsyncIterable<Buffer>): Promise<void> {
  const dir = dirname(file);
  const temporary = join(dir, `.${basename(file)}${PARTIAL}${process.pid}-${randomBytes(3).toString('hex')}`);
  try {
    await named(dir, mkdir(dir, { recursive: true, mode: 0o700 }));
    await clearAbandoned(dir);
    await writeThrough(temporary, source);
    await named(dir, nameOnce(temporary, file));
    await syncDirectory(dir);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
}

async function writeThrough(file: string, source: AsyncIterable<Buffer>): Promise<void> {
  const dir = dirname(file);
  const handle = await named(dir, open(file, 'wx', 0o600));
  try {
    for await (const chunk of source) await named(dir, handle.writeFile(chunk));
    await named(dir, handle.sync());
  } finally {
    await handle.close().catch(() => undefined);
  }
}

/** A link never replaces what is there; a memory stick's file system has no links and gets a rename. */
async function nameOnce(temporary: string, file: string): Promise<void> {
  try {
    await link(temporary, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw error;
    return rename(temporary, file);
  }
  await unlink(temporary);
}

async function syncDirectory(dir: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(dir, 'r');
  // Some file systems have no directories to sync: there the rename is all there is.
  await handle.sync().catch(() => undefined);
  await handle.close();
}

/** What a power cut left of an earlier backup. */
async function clearAbandoned(dir: string): Promise<void> {
  for (const name of await readdir(dir)) {
    if (!/^\.taptill-.*\.partial-/.test(name)) continue;
    const found = await stat(join(dir, name)).catch(() => undefined);
    if (found && Date.now() - found.mtimeMs > ABANDONED_MS) await rm(join(dir, name), { force: true });
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'files there may not be that large',
  EROFS: 'it can only be read',
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  ENOTDIR: 'it is no folder',
  EEXIST: 'a file of that name is there already',
  EIO: 'the disk reports an error',
};

async function named<T>(dir: string, work: Promise<T>): Promise<T> {
  return work.catch((cause: NodeJS.ErrnoException) => {
    const reason = REASONS[cause.code ?? ''] ?? cause.message;
    throw new BackupError(
      `The backup could not be written to ${dir}: ${reason}. Nothing half-written was left there.`,
      {
        cause,
      },
    );
  });
}
