import { hostname } from 'node:os';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Language } from '#domain/texts/format';
import { machineClock, machineRandom } from '#tap-node/agent/machineTime';
import { startScreenServer } from '#tap-node/screen/screenServer';
import { pairingView } from '#tap-node/screen/pairingView';
import { findTills } from './findTills.ts';
import type { Identity } from './identity.ts';
import { pairNode } from './pairNode.ts';
import type { PairingShown } from './pairNode.ts';

export type PairTapOptions = {
  readonly directory: string;
  readonly till_url: string | null;
  readonly screen_port: number;
  readonly language: Language;
  readonly log: (line: string) => void;
};

/**
 * A node that belongs to no bar shows its code on the guest screen and in the terminal, until the till takes it. «The codes are
 * the same» is said at the tap by the button on the screen or by Enter in the terminal. Null: it was told to stop.
 */
export async function pairTap(options: PairTapOptions): Promise<Identity | null> {
  const { directory, till_url, language, log } = options;
  let shown: PairingShown = { stage: 'searching' };
  let given = false;
  const same = { given: () => given, reset: () => void (given = false) };
  const press = (): void => void (given = shown.stage === 'code');
  const screen = await startScreenServer({
    port: options.screen_port,
    clock: machineClock,
    language,
    tap_ids: [],
    stateOf: () => undefined,
    instead: () => pairingView(shown, language),
    extra: (request, response) => hearButton(request, response, press),
  });
  log(`this tap belongs to no bar yet; its screen: http://localhost:${screen.port}/`);
  const forgetTerminal = hearTerminal(press);
  let over = false;
  const end = (): void => void (over = true);
  process.once('SIGINT', end);
  process.once('SIGTERM', end);
  try {
    return await pairNode({
      directory,
      name: hostname().slice(0, 80) || 'tap',
      till_url,
      find: () => findTills(),
      clock: machineClock,
      random: machineRandom,
      show: (next) => (shown = next),
      same,
      log,
      isOver: () => over,
    });
  } finally {
    forgetTerminal();
    process.off('SIGINT', end);
    process.off('SIGTERM', end);
    await screen.close();
  }
}

/** A page elsewhere cannot press it: another host's name is refused before, and this type of content needs a preflight. */
function hearButton(request: IncomingMessage, response: ServerResponse, press: () => void): boolean {
  if (request.url !== '/pairing/same') return false;
  const isPress =
    request.method === 'POST' && request.headers['content-type']?.startsWith('application/json') === true;
  if (isPress) press();
  request.resume();
  response.writeHead(isPress ? 204 : 405).end();
  return true;
}

function hearTerminal(press: () => void): () => void {
  if (!process.stdin.isTTY) return () => undefined;
  process.stdin.on('data', press);
  return () => {
    process.stdin.off('data', press);
    process.stdin.pause();
  };
}
