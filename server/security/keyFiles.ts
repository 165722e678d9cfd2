import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { randomBytes } from 'node:crypto';

/**
 * The file's text, made by `make` when it is missing. Written beside it, fsynced, then given its name, so that a power
 * cut leaves all of it or nothing, and of two processes that start at once the first one's file stands for both.
 */
export async function readOrCreate(file: string, make: () => Promise<string>): Promise<string> {
  if (!existsSync(file)) {
    const text = await make();
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    publish(file, text);
  }
  return readFileSync(file, 'utf8');
}

function publish(file: string, text: string): void {
  const temporary = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  const handle = openSync(temporary, 'wx', 0o600);
  try {
    writeSync(handle, text);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  nameOnce(temporary, file);
  syncDirectory(dirname(file));
}

/** A link never replaces what is there; file systems without links get a rename. */
function nameOnce(temporary: string, file: string): void {
  try {
    linkSync(temporary, file);
    unlinkSync(temporary);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') unlinkSync(temporary);
    else renameSync(temporary, file);
  }
}

function syncDirectory(dir: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(dir, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
