import { execFile } from 'node:child_process';
import { readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Larger than any process number of any system. */
const NO_PROCESS = 2_147_483_646;

const run = promisify(execFile);

/** The lines of postmaster.pid that we read; PostgreSQL documents their order in `pidfile.h`. */
export interface PidFile {
  readonly pid: number;
  readonly port: number;
  readonly socketDir: string;
  /** `ready`, `starting`, `stopping`, `standby`, or empty while the file is still being written. */
  readonly status: string;
}

export const pidFilePath = (pgData: string): string => join(pgData, 'postmaster.pid');

export function readPidFile(pgData: string): PidFile | undefined {
  const path = pidFilePath(pgData);
  const lines = readIfThere(path)?.split('\n');
  if (!lines) return undefined;
  const pid = Math.abs(Number.parseInt(lines[0] ?? '', 10));
  if (!Number.isSafeInteger(pid) || pid <= 0) return undefined;
  const port = Number.parseInt(lines[3] ?? '', 10);
  return { pid, port, socketDir: lines[4]?.trim() ?? '', status: lines[7]?.trim() ?? '' };
}

/** PostgreSQL removes the file when it ends, at any moment. */
function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * Is the process of that number our postmaster? After a power cut the number may belong to any other program,
 * and a dead postmaster whose parent never asked for it stays as a zombie that still answers signal 0.
 */
export async function isPostmaster(pid: number, pgData: string): Promise<boolean> {
  if (!isAlive(pid)) return false;
  const command = await commandOf(pid);
  if (process.platform === 'win32') return /postgres/i.test(command);
  return /postgres/.test(command) && [pgData, realPath(pgData)].some((dir) => command.includes(dir));
}

/** Alive and not a zombie. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  if (process.platform !== 'linux') return true;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return !/^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2));
  } catch {
    return false;
  }
}

async function commandOf(pid: number): Promise<string> {
  try {
    if (process.platform === 'linux')
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    const found =
      process.platform === 'win32'
        ? await run('tasklist', ['/FI', `PID eq ${pid}`, '/FO', 'CSV', '/NH'])
        : await run('ps', ['-o', 'command=', '-p', String(pid)]);
    return found.stdout;
  } catch {
    return '';
  }
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/**
 * Makes PostgreSQL see that the postmaster of this file is gone, although the number is in use again. The file
 * itself must stay: its shared-memory key is how PostgreSQL notices sessions that outlived their postmaster,
 * and starting beside those would ruin the cluster.
 */
export function markPostmasterDead(pgData: string, pid: number): void {
  const file = readPidFile(pgData);
  if (file?.pid !== pid) return;
  const path = pidFilePath(pgData);
  if (file.socketDir) removeSocketLock(join(file.socketDir, `.s.PGSQL.${file.port}.lock`), pid);
  const [, ...rest] = readFileSync(path, 'utf8').split('\n');
  writeFileSync(path, [NO_PROCESS, ...rest].join('\n'));
}

/** The socket's own lock names the same dead process, and PostgreSQL believes a zombie or a stranger of that number. */
function removeSocketLock(path: string, pid: number): void {
  if (Number.parseInt(readIfThere(path) ?? '', 10) === pid) rmSync(path, { force: true });
}
