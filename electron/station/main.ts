/**
 * The card reader's process. It runs inside Electron as a utility process and, beside a headless server, as plain
 * Node. It knows nothing of visits and money: it tells the server which card came and went.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { canonicalUid, type ByteOrder } from '#domain/card/uid';
import { Presence } from '#electron/station/presence';
import { ReaderWatch } from '#card-reader/readers';
import { Reporter, sendTo } from '#electron/station/report';

const FLAP_MS = 350;

interface StationConfig {
  serverUrl: string;
  token: string;
  order: ByteOrder;
}

function readConfig(env: NodeJS.ProcessEnv): StationConfig {
  const serverUrl = env['TAPTILL_SERVER_URL'] ?? '';
  const token = env['TAPTILL_STATION_TOKEN'] ?? '';
  const order = env['TAPTILL_READER_BYTE_ORDER'] || 'as_read';
  if (!/^https?:\/\//.test(serverUrl))
    throw new Error('TAPTILL_SERVER_URL must be the address of the till server.');
  if (token === '')
    throw new Error('TAPTILL_STATION_TOKEN must be the token that the till server gave the station.');
  if (order !== 'as_read' && order !== 'reversed') {
    throw new Error(`TAPTILL_READER_BYTE_ORDER is "${order}"; it must be as_read or reversed.`);
  }
  return { serverUrl, token, order };
}

function complain(sentence: string): void {
  console.error(`station: ${sentence}`);
}

function runStation(config: StationConfig): void {
  const reporter = new Reporter({
    send: sendTo(config.serverUrl, config.token),
    now: () => performance.now(),
    wait: (ms) => wait(ms),
    complain,
  });
  const presence = new Presence({
    flapMs: FLAP_MS,
    timers: {
      set: (work, ms) => setTimeout(work, ms),
      clear: (timer) => clearTimeout(timer as NodeJS.Timeout),
    },
    onScan: (uid, reader) => reporter.report({ type: 'card.scanned', uid, reader }),
    onRemoved: (uid, reader) => reporter.report({ type: 'card.removed', uid, reader }),
  });
  const watch = new ReaderWatch({
    onCard: (read, reader) => {
      const reading = canonicalUid(read, { order: config.order });
      // A card that cannot be used is told as well: the till's screen says why.
      presence.laid(reading.ok ? reading.uid : read.toUpperCase(), reader);
    },
    onCardGone: (reader) => presence.lifted(reader),
    onReaderGone: (reader) => presence.unplugged(reader),
    onReaders: (names, state) => reporter.report({ type: 'reader.changed', state, names }),
    complain,
  });
  watch.open();
}

/**
 * The end is the system's own, without a last word: `stop` of the PC/SC monitor, also when Node runs it at exit, was
 * seen to wait 60 s for its thread. There is nothing here that could be lost, so SIGTERM and SIGINT have no handler.
 */
function endAtRequest(): void {
  process.parentPort?.on('message', ({ data }: { data: unknown }) => {
    if (typeof data === 'object' && data !== null && 'type' in data && data.type === 'stop') {
      process.kill(process.pid, 'SIGTERM');
    }
  });
}

try {
  runStation(readConfig(process.env));
  endAtRequest();
} catch (error) {
  complain((error as Error).message);
  process.exit(1);
}
