import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Place } from './runAs.ts';

const execute = promisify(execFile);

/** Runs one of PostgreSQL's programs the way this place demands and waits for its end. */
export async function runToEnd(place: Place, file: string, args: readonly string[]): Promise<void> {
  const command = place.command(file, args);
  const { uid, gid, cwd } = command.options;
  await execute(command.file, [...command.args], { uid, gid, cwd, env: environment() });
}

/** PostgreSQL gets a clean environment: PG* variables and locales of the caller must not reach it. */
export function environment(): NodeJS.ProcessEnv {
  const kept = [
    'PATH',
    'HOME',
    'TMPDIR',
    'TEMP',
    'TMP',
    'SystemRoot',
    'SYSTEMROOT',
    'APPDATA',
    'LOCALAPPDATA',
    'USERPROFILE',
  ];
  const env: NodeJS.ProcessEnv = { LC_ALL: 'C', TZ: 'UTC' };
  for (const name of kept) if (process.env[name] !== undefined) env[name] = process.env[name];
  return env;
}
