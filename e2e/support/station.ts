import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { endProcess } from './display.ts';
import { ROOT } from './launchTill.ts';
import type { ReadyServer } from './launchTill.ts';

/** The card reader's process beside a headless server, as `npm start` runs it where there is no window. */
export function startStation(server: ReadyServer, env: Record<string, string>): { close(): Promise<void> } {
  const station = spawn(process.execPath, [join(ROOT, 'electron/station/main.ts')], {
    cwd: ROOT,
    stdio: 'ignore',
    env: {
      ...process.env,
      ...env,
      TAPTILL_SERVER_URL: server.url,
      TAPTILL_STATION_TOKEN: server.stationToken,
    },
  });
  return { close: () => endProcess(station) };
}
