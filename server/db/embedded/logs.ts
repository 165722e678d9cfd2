import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Place } from './runAs.ts';

const LOGS_KEPT = 10;

/** What PostgreSQL said: to its error output before the log collector ran, to the newest log afterwards. */
export function startLog(place: Place, logFile: string): string {
  const since = statSync(logFile).birthtimeMs;
  const collected = logs(place).filter((file) => statSync(file).mtimeMs >= since);
  const lines = (file: string): string[] => readFileSync(file, 'utf8').trim().split('\n').slice(-4);
  return [logFile, ...collected.slice(-1)].flatMap(lines).join(' ');
}

const logs = (place: Place): string[] => {
  const dir = join(place.pgData, 'log');
  return existsSync(dir)
    ? readdirSync(dir)
        .filter((name) => name.endsWith('.log'))
        .sort()
        .map((name) => join(dir, name))
    : [];
};

/** At most ten files of at most 10 MB each. Called at every start and by the supervisor once an hour. */
export function pruneLogs(place: Place): void {
  for (const file of logs(place).slice(0, -LOGS_KEPT)) rmSync(file, { force: true });
}
