import { chownSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Passwords } from './bootstrap.ts';
import type { Place } from './runAs.ts';
import { runToEnd } from './run.ts';

const MAJOR = '18';
/** A name per process: an initdb whose parent was killed may still be writing under the old one. */
const UNFINISHED = '.unfinished-';

/**
 * Creates the cluster under another name and renames it when it is whole: what a power cut leaves of an initdb
 * is never taken for a database.
 */
export async function createIfMissing(place: Place, passwords?: Passwords): Promise<boolean> {
  if (existsSync(join(place.pgData, 'PG_VERSION'))) return false;
  removeUnfinished(place);
  const unfinished = `${place.pgData}${UNFINISHED}${process.pid}`;
  const passwordFile = passwords && writePasswordFile(place, passwords.admin);
  try {
    await initdb(place, unfinished, passwordFile);
  } finally {
    if (passwordFile) rmSync(passwordFile, { force: true });
  }
  renameSync(unfinished, place.pgData);
  return true;
}

function removeUnfinished(place: Place): void {
  const left = readdirSync(place.home).filter((name) => name.includes(UNFINISHED));
  for (const name of left) rmSync(join(place.home, name), { recursive: true, force: true });
}

function writePasswordFile(place: Place, password: string): string {
  const file = join(place.home, `pw.${process.pid}`);
  writeFileSync(file, `${password}\n`, { mode: 0o600 });
  if (place.owner) chownSync(file, place.owner.uid, place.owner.gid);
  return file;
}

/** Linux always has C.UTF-8; elsewhere the C library may not, and only its own categories are affected then. */
const LOCALES = process.platform === 'linux' ? ['C.UTF-8'] : ['C.UTF-8', 'en_US.UTF-8', 'C'];

async function initdb(place: Place, into: string, passwordFile?: string): Promise<void> {
  const auth = passwordFile
    ? ['--auth=scram-sha-256', `--pwfile=${passwordFile}`]
    : ['--auth-local=trust', '--auth-host=reject'];
  for (const [index, locale] of LOCALES.entries()) {
    const fixed = [
      '--encoding=UTF8',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      `--locale=${locale}`,
    ];
    const args = [
      `--pgdata=${into}`,
      '--username=postgres',
      ...fixed,
      '--data-checksums',
      '--no-instructions',
      ...auth,
    ];
    try {
      await runToEnd(place, place.binaries.initdb, args);
      return;
    } catch (error) {
      const said = (error as { stderr?: string }).stderr?.trim() ?? String(error);
      if (/invalid locale/.test(said) && index + 1 < LOCALES.length) continue;
      throw new Error(`PostgreSQL could not create the database in ${place.pgData}: ${said}`, {
        cause: error,
      });
    }
  }
}

/** Refuses another major version's files: PostgreSQL cannot read them, and would only say so in its log. */
export function assertMajor(place: Place): void {
  const found = readFileSync(join(place.pgData, 'PG_VERSION'), 'utf8').trim();
  if (found === MAJOR) return;
  throw new Error(
    `The database in ${place.pgData} was written by PostgreSQL ${found} and this Taptill brings PostgreSQL ${MAJOR}: ` +
      `the way up is a backup made with the Taptill that wrote it, restored into an empty data directory here.`,
  );
}
