import { spawn } from 'node:child_process';
import { chownSync, closeSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pruneLogs, startLog } from './logs.ts';
import { isAlive, isPostmaster, markPostmasterDead, readPidFile } from './postmasterPid.ts';
import { environment, runToEnd } from './run.ts';
import type { Place } from './runAs.ts';
import { pgHbaConf, postgresqlConf, type Listen } from './settings.ts';

const START_TIMEOUT_MS = 120_000;
const GONE_TIMEOUT_MS = 5_000;

/** The number of the postmaster that runs on this cluster and accepts connections, if there is one. */
export async function findRunning(place: Place): Promise<number | undefined> {
  for (;;) {
    const file = readPidFile(place.pgData);
    if (!file) return undefined;
    if (!(await isPostmaster(file.pid, place.pgData))) {
      markPostmasterDead(place.pgData, file.pid);
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
      if (Date.now() > giveUpAt)
        return `it was not ready after ${START_TIMEOUT_MS / 1000} s. ${startLog(place, logFile)}`;
      await pause(15);
    }
  } finally {
    closeSync(log);
  }
}

/** Ends the postmaster: sessions are cut off, everything committed is on disk, nothing is left to recover. */
export async function stopPostmaster(place: Place, pid: number): Promise<void> {
  if (!(await isPostmaster(pid, place.pgData))) return;
  const args = ['stop', '-w', '-m', 'fast', '-t', '60', `--pgdata=${place.pgData}`];
  try {
    await runToEnd(place, place.binaries.pgCtl, args);
  } catch (error) {
    if (isAlive(pid))
      throw new Error(
        `PostgreSQL (process ${pid}) did not stop within 60 s: look into ${join(place.pgData, 'log')}.`,
        { cause: error },
      );
  }
  // pg_ctl has seen the pid file go; the process itself ends a moment later.
  for (const giveUpAt = Date.now() + GONE_TIMEOUT_MS; isAlive(pid) && Date.now() < giveUpAt;) await pause(15);
}

function writeConf(place: Place, name: string, content: string): void {
  const file = join(place.pgData, name);
  writeFileSync(file, content, { mode: 0o600 });
  if (place.owner) chownSync(file, place.owner.uid, place.owner.gid);
}
