import { execFile, spawn } from 'node:child_process';
import { chownSync, closeSync, existsSync, openSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Passwords } from './bootstrap.ts';
import { isAlive, isPostmaster, markPostmasterDead, readPidFile } from './postmasterPid.ts';
import type { Place } from './runAs.ts';
import { pgHbaConf, postgresqlConf, type Listen } from './settings.ts';

const execute = promisify(execFile);
const MAJOR = '18';
const START_TIMEOUT_MS = 120_000;
const LOGS_KEPT = 10;

/**
 * Creates the cluster under another name and renames it when it is whole: what a power cut leaves of an initdb
 * is never taken for a database.
 */
export async function createIfMissing(place: Place, passwords?: Passwords): Promise<boolean> {
  if (existsSync(join(place.pgData, 'PG_VERSION'))) return false;
  const unfinished = `${place.pgData}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  const passwordFile = passwords && writePasswordFile(place, passwords.admin);
  try {
    await initdb(place, unfinished, passwordFile);
  } finally {
    if (passwordFile) rmSync(passwordFile, { force: true });
  }
  renameSync(unfinished, place.pgData);
  return true;
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
    const fixed = ['--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', `--locale=${locale}`];
    const args = [`--pgdata=${into}`, '--username=postgres', ...fixed, '--data-checksums', '--no-instructions', ...auth];
    const command = place.command(place.binaries.initdb, args);
    try {
      await execute(command.file, [...command.args], { ...plain(command.options), env: environment() });
      return;
    } catch (error) {
      const said = (error as { stderr?: string }).stderr?.trim() ?? String(error);
      if (/invalid locale/.test(said) && index + 1 < LOCALES.length) continue;
      throw new Error(`PostgreSQL could not create the database in ${place.pgData}: ${said}`, { cause: error });
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

/** The number of the postmaster that runs on this cluster and accepts connections, if there is one. */
export async function findRunning(place: Place): Promise<number | undefined> {
  for (;;) {
    const file = readPidFile(place.pgData);
    if (!file) return undefined;
    if (!(await isPostmaster(file.pid, place.pgData))) {
      markPostmasterDead(place.pgData);
      return undefined;
    }
    if (file.status === 'ready') return file.pid;
    // Recovering or stopping: it will be ready or gone.
    await pause(50);
  }
}

/** Starts PostgreSQL and returns when it accepts connections. Sessions left by a killed postmaster end first. */
export async function launch(place: Place, listen: Listen): Promise<number> {
  writeConf(place, 'postgresql.conf', postgresqlConf(listen));
  writeConf(place, 'pg_hba.conf', pgHbaConf(listen));
  pruneLogs(place);
  const giveUpAt = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    const outcome = await launchOnce(place, giveUpAt);
    if (typeof outcome === 'number') return outcome;
    const stillInUse = /shared memory block|Is another post(master|gres)/.test(outcome);
    if (!stillInUse || Date.now() > giveUpAt) {
      throw new Error(`PostgreSQL did not start on ${place.pgData}: ${outcome || 'it said nothing.'}`);
    }
    await pause(200);
  }
}

async function launchOnce(place: Place, giveUpAt: number): Promise<number | string> {
  const logFile = join(place.home, 'pg-start.log');
  rmSync(logFile, { force: true });
  const log = openSync(logFile, 'a', 0o600);
  const exited = { code: undefined as number | null | undefined, error: '' };
  try {
    const windows = process.platform === 'win32';
    // On Windows pg_ctl also drops an administrator's rights, which PostgreSQL refuses to have.
    const command = windows
      ? place.command(place.binaries.pgCtl, ['start', '--no-wait', `--pgdata=${place.pgData}`])
      : place.command(place.binaries.postgres, ['-D', place.pgData]);
    const child = spawn(command.file, [...command.args], {
      ...command.options,
      detached: true,
      windowsHide: true,
      stdio: ['ignore', log, log],
      env: environment(),
    });
    child.on('error', (error) => Object.assign(exited, { code: null, error: error.message }));
    child.on('exit', (code) => Object.assign(exited, windows && code === 0 ? {} : { code }));
    child.unref();
    for (;;) {
      const file = readPidFile(place.pgData);
      if (file?.status === 'ready' && (windows || file.pid === child.pid)) return file.pid;
      if (exited.code !== undefined) return `${exited.error} ${startLog(place, logFile)}`.trim();
      if (Date.now() > giveUpAt) return `it was not ready after ${START_TIMEOUT_MS / 1000} s. ${startLog(place, logFile)}`;
      await pause(15);
    }
  } finally {
    closeSync(log);
  }
}

/** What PostgreSQL said: to its error output before the log collector ran, to the newest log afterwards. */
function startLog(place: Place, logFile: string): string {
  const since = statSync(logFile).birthtimeMs;
  const collected = logs(place).filter((file) => statSync(file).mtimeMs >= since);
  const lines = (file: string): string[] => readFileSync(file, 'utf8').trim().split('\n').slice(-4);
  return [logFile, ...collected.slice(-1)].flatMap(lines).join(' ');
}

const logs = (place: Place): string[] => {
  const dir = join(place.pgData, 'log');
  return existsSync(dir) ? readdirSync(dir).filter((name) => name.endsWith('.log')).sort().map((name) => join(dir, name)) : [];
};

/** At most ten files of at most 10 MB each. Called at every start and by the supervisor once an hour. */
export function pruneLogs(place: Place): void {
  for (const file of logs(place).slice(0, -LOGS_KEPT)) rmSync(file, { force: true });
}

/** Ends the postmaster: sessions are cut off, everything committed is on disk, nothing is left to recover. */
export async function stopPostmaster(place: Place, pid: number): Promise<void> {
  if (!(await isPostmaster(pid, place.pgData))) return;
  const command = place.command(place.binaries.pgCtl, ['stop', '-w', '-m', 'fast', '-t', '60', `--pgdata=${place.pgData}`]);
  try {
    await execute(command.file, [...command.args], { ...plain(command.options), env: environment() });
  } catch (error) {
    if (isAlive(pid)) throw new Error(`PostgreSQL (process ${pid}) did not stop within 60 s: look into ${join(place.pgData, 'log')}.`, { cause: error });
  }
}

function writeConf(place: Place, name: string, content: string): void {
  const file = join(place.pgData, name);
  writeFileSync(file, content, { mode: 0o600 });
  if (place.owner) chownSync(file, place.owner.uid, place.owner.gid);
}

/** PostgreSQL gets a clean environment: PG* variables and locales of the caller must not reach it. */
function environment(): NodeJS.ProcessEnv {
  const kept = ['PATH', 'HOME', 'TMPDIR', 'TEMP', 'TMP', 'SystemRoot', 'SYSTEMROOT', 'APPDATA', 'LOCALAPPDATA', 'USERPROFILE'];
  const env: NodeJS.ProcessEnv = { LC_ALL: 'C', TZ: 'UTC' };
  for (const name of kept) if (process.env[name] !== undefined) env[name] = process.env[name];
  return env;
}

const plain = ({ uid, gid, cwd }: ReturnType<Place['command']>['options']) => ({ uid, gid, cwd });

export async function freePort(wanted: number): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(wanted, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('No free TCP port on 127.0.0.1 for PostgreSQL.');
  return address.port;
}
