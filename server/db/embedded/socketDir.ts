import { createHash } from 'node:crypto';
import { chmodSync, chownSync, lstatSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Place } from './runAs.ts';

/** `sockaddr_un` holds 108 bytes with its terminator on Linux and 104 on macOS. */
const LONGEST = process.platform === 'darwin' ? 103 : 107;
const fits = (dir: string): boolean => Buffer.byteLength(join(dir, '.s.PGSQL.5432.lock')) <= LONGEST;

/**
 * The private directory of the socket: `run/pg` beside the data when its path is short enough, else a short one
 * in the system's temporary directory, derived from the data directory so that every start finds the same.
 */
export function socketDirectory(place: Place, tmp: string = tmpdir()): string {
  const beside = join(place.home, 'run');
  const uid = place.owner?.uid ?? process.getuid?.() ?? 0;
  if (fits(join(beside, 'pg'))) {
    makePrivate(beside, place);
    return makePrivate(join(beside, 'pg'), place);
  }
  const name = `taptill-${uid}-${createHash('sha256').update(place.pgData).digest('hex').slice(0, 12)}`;
  const short = [join(tmp, name), join('/tmp', name)].find(fits);
  if (!short)
    throw new Error(
      `The temporary directory ${tmp} has too long a path for a socket: set TMPDIR to a shorter one.`,
    );
  return makePrivate(short, place);
}

/** Others may have made the directory first, to listen in our place: it must be ours, real, and closed to others. */
function makePrivate(dir: string, place: Place): string {
  const mine = place.owner?.uid ?? process.getuid?.() ?? 0;
  try {
    mkdirSync(dir, { mode: 0o700 });
    if (place.owner) chownSync(dir, place.owner.uid, place.owner.gid);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const found = lstatSync(dir);
  if (!found.isDirectory() || found.uid !== mine) {
    throw new Error(
      `The database's socket directory ${dir} belongs to somebody else: remove it and start again.`,
    );
  }
  if ((found.mode & 0o077) !== 0) chmodSync(dir, 0o700);
  return dir;
}
