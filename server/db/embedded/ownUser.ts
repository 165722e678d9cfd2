import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, chownSync, cpSync, existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findBinaries, type Binaries } from './binaries.ts';
import type { Command, Place, PlaceOptions } from './runAs.ts';

const execute = promisify(execFile);

const SYSTEM_USER = 'taptill-db';
const SYSTEM_DIR = '/var/lib/taptill';

/** Root's second way: a system user that owns the data and reads a copy of the binaries, both outside root's home. */
export async function ownUserPlace({
  dataDir,
  binDir,
  systemDir = SYSTEM_DIR,
}: PlaceOptions): Promise<Place> {
  const owner = await systemUser();
  mkdirSync(systemDir, { recursive: true, mode: 0o711 });
  chmodSync(systemDir, 0o711);
  const binaries = copyBinaries(findBinaries(binDir), systemDir);
  const home = join(systemDir, createHash('sha256').update(dataDir).digest('hex').slice(0, 12));
  mkdirSync(home, { recursive: true, mode: 0o700 });
  chownSync(home, owner.uid, owner.gid);
  const command = (file: string, args: readonly string[]): Command => ({
    file,
    args,
    options: { uid: owner.uid, gid: owner.gid, cwd: home },
  });
  return { runAs: 'own-user', home, pgData: join(home, 'pg'), binaries, command, owner };
}

/** Copied once per PostgreSQL build; the folder's name carries size and date of the program it was copied from. */
function copyBinaries(from: Binaries, systemDir: string): Binaries {
  const { size, mtimeMs } = statSync(from.postgres);
  const native = join(systemDir, `postgres-${size}-${Math.trunc(mtimeMs)}`);
  if (!existsSync(native)) {
    const unfinished = `${native}.${process.pid}`;
    rmSync(unfinished, { recursive: true, force: true });
    cpSync(from.native, unfinished, { recursive: true, verbatimSymlinks: true });
    chmodSync(unfinished, 0o755);
    renameSync(unfinished, native);
  }
  return findBinaries(join(native, 'bin'));
}

async function systemUser(): Promise<{ uid: number; gid: number }> {
  const known = await idsOf(SYSTEM_USER);
  if (known) return known;
  try {
    await execute('useradd', [
      '--system',
      '--user-group',
      '--no-create-home',
      '--shell',
      '/usr/sbin/nologin',
      SYSTEM_USER,
    ]);
  } catch (cause) {
    throw new Error(
      'PostgreSQL does not run as root, and neither a user namespace nor a system user could be made: ' +
        `start Taptill as a plain user, or create the user "${SYSTEM_USER}" first.`,
      { cause },
    );
  }
  const made = await idsOf(SYSTEM_USER);
  if (!made) throw new Error(`The system user "${SYSTEM_USER}" was created but is not known to the system.`);
  return made;
}

async function idsOf(name: string): Promise<{ uid: number; gid: number } | undefined> {
  try {
    const [uid, gid] = await Promise.all([execute('id', ['-u', name]), execute('id', ['-g', name])]);
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch {
    return undefined;
  }
}
