import { readConfig } from '#server/config';
import { openLog } from '#server/log';
import { runServer, type RunningServer } from '#server/runServer';

/** How this process talks with what started it: Electron's utilityProcess, a Node parent, a shell script, a person. */
interface ParentLink {
  say(message: ParentMessage): void;
  onStop(stop: () => void): void;
}
type ParentMessage =
  | { type: 'ready'; url: string; lanPort: number; tillToken: string; stationToken: string }
  | { type: 'failed'; message: string };
interface UtilityPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { data: unknown }) => void): void;
}

/** Beyond this the parent kills; what was committed is committed. */
const STOP_AT_MOST_MS = 7_000;

function parentLink(): ParentLink {
  const port = (process as { parentPort?: UtilityPort }).parentPort;
  const stopOn = (stop: () => void) => (message: unknown) => {
    if (typeof message === 'object' && message !== null && 'type' in message && message.type === 'stop')
      stop();
  };
  return {
    say(message) {
      if (port) port.postMessage(message);
      else if (process.send) process.send(message);
      else if (process.env['TAPTILL_READY_JSON'] === '1')
        process.stdout.write(`${JSON.stringify(message)}\n`);
      else process.stdout.write(`${sentenceOf(message)}\n`);
    },
    onStop(stop) {
      port?.on('message', ({ data }) => stopOn(stop)(data));
      process.on('message', stopOn(stop));
      process.on('disconnect', stop);
      process.on('SIGTERM', stop);
      process.on('SIGINT', stop);
    },
  };
}

const sentenceOf = (message: ParentMessage): string =>
  message.type === 'ready'
    ? `The till is open at ${message.url}; taps reach it on port ${message.lanPort}.`
    : `The till's server cannot start: ${message.message}`;

async function main(): Promise<void> {
  const link = parentLink();
  let running: RunningServer | undefined;
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(1), STOP_AT_MOST_MS).unref();
    void starting.then(() => running?.stop()).then(() => process.exit(0));
  };
  link.onStop(stop);
  const starting = start(link).then((server) => (running = server));
  await starting;
}

async function start(link: ParentLink): Promise<RunningServer | undefined> {
  try {
    const config = readConfig(process.env);
    const server = await runServer(config, openLog(config.logLevel));
    const { url, lanPort, tillToken, stationToken } = server;
    link.say({ type: 'ready', url, lanPort, tillToken, stationToken });
    return server;
  } catch (error) {
    link.say({ type: 'failed', message: error instanceof Error ? error.message : String(error) });
    process.exitCode = 1;
    setTimeout(() => process.exit(1), 200);
    return undefined;
  }
}

void main();
