import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { canonicalUid } from '#domain/card/uid';
import type { Language } from '#domain/texts/format';

export const USAGE = `npm run tap -- --enrol CODE [--till https://HOST:PORT] [--data DIR]   become a tap of this till
npm run tap [-- OPTIONS]                                                pour
  --config FILE       tap.json: how the taps are wired; without it they are simulated
  --data DIR          where this node keeps its key and its journal
  --till URL          another address of the same till
  --screen-port PORT  the guest screen, http://localhost:PORT (8770)
  --language ru|en    until the till has said
  --simulate N        simulated guests at the first N taps; they need --cards
  --cards UID,UID     the cards of the simulated guests
  --seed S            repeats a simulation (1)
  --exact             simulated meters without noise and without a tail
npm run tap -- --check FILE | --close-valves FILE | --version           look at tap.json and this machine; drive the valves closed`;

export type Command =
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  | { readonly kind: 'check'; readonly file: string }
  | { readonly kind: 'close_valves'; readonly file: string }
  | { readonly kind: 'enrol'; readonly code: string; readonly till_url: string; readonly directory: string }
  | {
      readonly kind: 'run';
      readonly directory: string;
      /** tap.json; null: simulated hardware */
      readonly config: string | null;
      /** null: as in tap.json, or as enrolled */
      readonly till_url: string | null;
      /** null: as in tap.json, or 8770 */
      readonly screen_port: number | null;
      /** null: as in tap.json, or Russian */
      readonly language: Language | null;
      readonly simulation: Simulation;
    };
export type Simulation = {
  /** null: no simulated guests and no control of the hardware from outside */
  readonly taps: number | null;
  readonly seed: number;
  readonly cards: readonly string[];
  readonly exact: boolean;
};

export class UsageError extends Error {
  override readonly name = 'UsageError';
}

const DEFAULT_TILL = 'https://localhost:8766';
export const DEFAULT_SCREEN_PORT = 8770;

/** @throws UsageError with one sentence that says what to type instead */
export function readCommand(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Command {
  const values = parse(argv);
  if (values.help) return { kind: 'help' };
  if (values.version) return { kind: 'version' };
  if (values.check !== undefined) return { kind: 'check', file: resolve(values.check) };
  if (values['close-valves'] !== undefined)
    return { kind: 'close_valves', file: resolve(values['close-valves']) };
  const directory = resolve(values.data ?? env['TAPTILL_NODE_DATA_DIR'] ?? join(homedir(), '.taptill-node'));
  const till_url = values.till === undefined ? null : tillUrl(values.till);
  if (values.enrol !== undefined)
    return { kind: 'enrol', code: values.enrol, till_url: till_url ?? DEFAULT_TILL, directory };
  return {
    kind: 'run',
    directory,
    config: values.config === undefined ? null : resolve(values.config),
    till_url,
    screen_port: whole('screen-port', values['screen-port'], { least: 0, most: 65535 }),
    language: language(values.language),
    simulation: {
      taps: whole('simulate', values.simulate, { least: 0, most: 32 }),
      seed: whole('seed', values.seed, { least: 0, most: 2 ** 32 - 1 }) ?? 1,
      cards: cards(values.cards),
      exact: values.exact === true,
    },
  };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      strict: true,
      options: {
        help: { type: 'boolean' },
        version: { type: 'boolean' },
        check: { type: 'string' },
        'close-valves': { type: 'string' },
        config: { type: 'string' },
        enrol: { type: 'string' },
        till: { type: 'string' },
        data: { type: 'string' },
        'screen-port': { type: 'string' },
        language: { type: 'string' },
        simulate: { type: 'string' },
        seed: { type: 'string' },
        cards: { type: 'string' },
        exact: { type: 'boolean' },
      },
    }).values;
  } catch (problem) {
    throw new UsageError(`${problem instanceof Error ? problem.message : String(problem)}\n${USAGE}`);
  }
}

function tillUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url?.protocol !== 'https:')
    throw new UsageError(`--till ${text} is no address of a till: write it as https://192.168.1.10:8766.`);
  return url.href.replace(/\/$/, '');
}

function whole(
  name: string,
  text: string | undefined,
  { least, most }: { least: number; most: number },
): number | null {
  if (text === undefined) return null;
  const value = /^\d+$/.test(text) ? Number(text) : NaN;
  if (!(value >= least && value <= most))
    throw new UsageError(`--${name} ${text} is not a whole number from ${least} to ${most}.`);
  return value;
}

function language(text: string | undefined): Language | null {
  if (text === undefined || text === 'ru' || text === 'en') return text ?? null;
  throw new UsageError(`--language ${text} is not spoken here: ru or en.`);
}

function cards(text: string | undefined): string[] {
  return (text ?? '')
    .split(',')
    .filter((part) => part.trim() !== '')
    .map((part) => {
      const reading = canonicalUid(part);
      if (!reading.ok)
        throw new UsageError(`--cards: ${part.trim()} is no card UID; write 8, 14 or 20 hex digits.`);
      return reading.uid;
    });
}
