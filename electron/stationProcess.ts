import { join } from 'node:path';
import type { ServerReady } from '#electron/serverAddress';
import type { Shell } from '#electron/shell';
import { Supervisor } from '#electron/supervise';
import { startUtility } from '#electron/utilityChild';

const STOP_GRACE_MS = 1_500;

/** Runs the card reader's process beside the server; each new server means a new station with its token. */
export function setupStation(shell: Shell): void {
  let known: ServerReady | undefined;
  const station = new Supervisor({
    start: () =>
      startUtility({
        name: 'Taptill card reader',
        entry: join(shell.folders.station, 'main.cjs'),
        env: {
          TAPTILL_SERVER_URL: known?.url ?? '',
          TAPTILL_STATION_TOKEN: known?.stationToken ?? '',
        },
      }),
    onMessage: () => undefined,
    onDown: (code) => {
      console.error(`The card reader's process ended (${code ?? 'by a signal'}) and is started again.`);
      return true;
    },
  });
  shell.server.on('change', (ready) => {
    if (ready === undefined) return;
    known = ready;
    void station.renew(STOP_GRACE_MS);
  });
  shell.onQuit.push(() => station.stop(STOP_GRACE_MS));
}
