import { spawn } from 'node:child_process';

/*
 * What systemd is told: that the node is up, and again and again that its event loop turns. A node that is frozen stops
 * telling, and systemd ends it with everything that it started. Node.js cannot write to a datagram socket, so
 * systemd-notify does.
 */
export type Supervisor = { ready(): void; stop(): void };

type Environment = Readonly<Record<string, string | undefined>>;

/** Without systemd there is nobody to tell. */
export function tellSystemd(env: Environment, notify: (word: string) => void = systemdNotify): Supervisor {
  let timer: NodeJS.Timeout | null = null;
  const every_ms = Number(env['WATCHDOG_USEC'] ?? 0) / 1_000 / 3;
  const beat = (): void => notify('WATCHDOG=1');
  if (env['NOTIFY_SOCKET'] === undefined) return { ready: () => undefined, stop: () => undefined };
  return {
    ready() {
      notify('READY=1');
      if (every_ms > 0) timer ??= setInterval(beat, every_ms);
    },
    stop() {
      if (timer) clearInterval(timer);
      notify('STOPPING=1');
    },
  };
}

function systemdNotify(word: string): void {
  const child = spawn('systemd-notify', [word], { stdio: 'ignore' });
  child.once('error', (problem) => console.error(`systemd-notify does not run: ${problem.message}`));
}
