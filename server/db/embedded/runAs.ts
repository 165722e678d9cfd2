import { execFile, type SpawnOptions } from 'node:child_process';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findBinaries, type Binaries } from './binaries.ts';
import { ownUserPlace } from './ownUser.ts';

const execute = promisify(execFile);

/**
 * How PostgreSQL's programs are run. It refuses to run as root, so root runs it either under another number in
 * a user namespace (`mapped`: files stay root's, nothing is copied) or as a system user of its own (`own-user`:
 * that user cannot enter root's home, so binaries and data live outside it).
 */
export type RunAs = 'direct' | 'mapped' | 'own-user';

/** Where one bar's cluster lives and how its programs are started. */
export interface Place {
  readonly runAs: RunAs;
  /** Folder of `pg/`, the start log and, for root's own user, everything PostgreSQL touches. */
  readonly home: string;
  readonly pgData: string;
  readonly binaries: Binaries;
  readonly command: (file: string, args: readonly string[]) => Command;
  readonly owner?: { readonly uid: number; readonly gid: number };
}

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly options: SpawnOptions;
}

export interface PlaceOptions {
  readonly dataDir: string;
  readonly binDir?: string;
  readonly runAs?: RunAs;
  /** Where root's own user keeps binaries and clusters; a parameter for tests. */
  readonly systemDir?: string;
}

/** Decides once per data directory and remembers it there: a bar must never come up with an empty second cluster. */
export async function choosePlace(options: PlaceOptions): Promise<Place> {
  const note = join(options.dataDir, 'cluster.json');
  const remembered = readNote(note);
  const wanted = options.runAs ?? runAsFromEnvironment();
  const runAs = remembered ?? wanted ?? (await defaultRunAs());
  if (remembered && wanted && wanted !== remembered) {
    throw new Error(
      `The database in ${options.dataDir} was created to run as "${remembered}", not "${wanted}": ` +
        'leave TAPTILL_PG_RUN_AS unset, or take a backup and restore it into a new data directory.',
    );
  }
  refuseOtherUser(runAs, options.dataDir);
  const place = await makePlace(runAs, options);
  if (!remembered) writeFileSync(note, `${JSON.stringify({ runAs })}\n`, { mode: 0o600 });
  return place;
}

/** Root's files are closed to others, and PostgreSQL would refuse to run a plain user's as root. */
function refuseOtherUser(runAs: RunAs, dataDir: string): void {
  const uid = process.getuid?.();
  if (uid === undefined || (uid === 0) === (runAs !== 'direct')) return;
  const maker = runAs === 'direct' ? `user number ${statSync(dataDir).uid}` : 'root';
  throw new Error(
    `The database in ${dataDir} belongs to ${maker}: start Taptill as that user, or set TAPTILL_DATA_DIR.`,
  );
}

function makePlace(runAs: RunAs, options: PlaceOptions): Promise<Place> | Place {
  if (runAs === 'own-user') return ownUserPlace(options);
  return runAs === 'mapped' ? mappedPlace(options) : directPlace(options);
}

function readNote(note: string): RunAs | undefined {
  if (!existsSync(note)) return undefined;
  const { runAs } = JSON.parse(readFileSync(note, 'utf8')) as { runAs: string };
  if (!isRunAs(runAs)) throw new Error(`${note} names an unknown way to run PostgreSQL ("${runAs}").`);
  return runAs;
}

function runAsFromEnvironment(): RunAs | undefined {
  const value = process.env['TAPTILL_PG_RUN_AS'];
  if (!value) return undefined;
  if (!isRunAs(value)) throw new Error('TAPTILL_PG_RUN_AS must be "direct", "mapped" or "own-user".');
  return value;
}

const isRunAs = (value: string): value is RunAs => ['direct', 'mapped', 'own-user'].includes(value);

async function defaultRunAs(): Promise<RunAs> {
  if (process.getuid?.() !== 0) return 'direct';
  return (await canMapUser()) ? 'mapped' : 'own-user';
}

/** Containers and hardened kernels forbid user namespaces, even to root. */
async function canMapUser(): Promise<boolean> {
  try {
    await execute('unshare', ['--user', `--map-user=${mappedUid()}`, '--', 'true']);
    return true;
  } catch {
    return false;
  }
}

function directPlace({ dataDir, binDir }: PlaceOptions): Place {
  const command = (file: string, args: readonly string[]): Command => ({ file, args, options: {} });
  return {
    runAs: 'direct',
    home: dataDir,
    pgData: join(dataDir, 'pg'),
    binaries: findBinaries(binDir),
    command,
  };
}

function mappedPlace({ dataDir, binDir }: PlaceOptions): Place {
  const prefix = ['--user', `--map-user=${mappedUid()}`, '--'];
  const command = (file: string, args: readonly string[]): Command => ({
    file: 'unshare',
    args: [...prefix, file, ...args],
    options: {},
  });
  return {
    runAs: 'mapped',
    home: dataDir,
    pgData: join(dataDir, 'pg'),
    binaries: findBinaries(binDir),
    command,
  };
}

/** initdb looks the number up, so it must be one that has a name. */
function mappedUid(): number {
  const names = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  const known = ['daemon', 'postgres', 'bin', 'nobody'].map(
    (name) => names.find((fields) => fields[0] === name)?.[2],
  );
  return Number(known.find((uid) => uid !== undefined) ?? 1);
}
