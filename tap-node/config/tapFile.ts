import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { refuseFile, sayIssue } from './tapFileProblem.ts';

/*
 * tap.json: how one node's taps are wired. What the till knows (calibration, prices, names) is not in it.
 * The node only reads it; whoever writes it does so whole (write beside it, sync, rename), as docs/tap-node.md says.
 */

const gpioLine = {
  /** as gpiodetect names it */
  chip: z
    .string()
    .regex(/^[A-Za-z0-9._/-]+$/, 'name the chip as gpiodetect does, for example gpiochip0')
    .default('gpiochip0'),
  /** the line's offset on its chip: the GPIO number of a Pi, not the number of the pin */
  line: z.number().int().min(0).max(1023),
};

const meter = z.strictObject({
  ...gpioLine,
  edge: z.enum(['rising', 'falling']).default('falling'),
  bias: z.enum(['as_is', 'pull_up', 'pull_down']).default('pull_up'),
  /** two edges that are nearer than this are one pulse */
  debounce_us: z.number().int().min(0).max(100_000).default(1_200),
});

const valve = z.strictObject({
  ...gpioLine,
  /** the level at which the relay opens the valve; the other one, and no level at all, closes it */
  opens_at: z.enum(['high', 'low']).default('high'),
});

const reader = z.strictObject({
  /** a part of the reader's name as PC/SC tells it; unset: the only reader there is */
  name: z.string().min(1).optional(),
  uid_order: z.enum(['as_read', 'reversed']).default('as_read'),
});

const tap = z.strictObject({
  /** the number at the bar; a node with one tap does without */
  tap: z.number().int().min(1).max(99).optional(),
  reader: reader.prefault({}),
  meter,
  valve,
});

export const tapFile = z
  .strictObject({
    till_url: z.url({ protocol: /^https$/, error: 'write it as https://192.168.1.10:8766' }).optional(),
    language: z.enum(['ru', 'en']).optional(),
    screen_port: z.number().int().min(1).max(65_535).optional(),
    taps: z.array(tap).min(1).max(32),
  })
  .check(({ value, issues }) => {
    for (const clash of clashes(value.taps))
      issues.push({ code: 'custom', path: clash.path, message: clash.message, input: value });
  });

export type TapFile = z.infer<typeof tapFile>;
export type TapWiring = TapFile['taps'][number];
export type MeterWiring = TapWiring['meter'];
export type ValveWiring = TapWiring['valve'];
export type ReaderWiring = TapWiring['reader'];

type Clash = { readonly path: (string | number)[]; readonly message: string };

/** What each tap alone cannot know: a line, a number or a reader belongs to one of them. */
function clashes(taps: readonly z.infer<typeof tap>[]): Clash[] {
  const found: Clash[] = [];
  const owners = new Map<string, string>();
  const claim = (what: string, at: (string | number)[], said: string): void => {
    const owner = owners.get(what);
    if (owner) found.push({ path: at, message: `${said} is used by ${owner} already` });
    else owners.set(what, at.join('.'));
  };
  taps.forEach((one, index) => {
    const at = (...more: string[]): (string | number)[] => ['taps', index, ...more];
    for (const part of ['meter', 'valve'] as const) {
      const { chip, line } = one[part];
      claim(`line ${chip} ${line}`, at(part, 'line'), `line ${line} of ${chip}`);
    }
    if (one.tap !== undefined) claim(`tap ${one.tap}`, at('tap'), `tap ${one.tap}`);
    if (one.reader.name !== undefined)
      claim(`reader ${one.reader.name.toLowerCase()}`, at('reader', 'name'), `"${one.reader.name}"`);
    if (taps.length === 1) return;
    if (one.tap === undefined)
      found.push({
        path: at('tap'),
        message: 'is needed as soon as there are two taps: the number at the bar',
      });
    if (one.reader.name === undefined)
      found.push({
        path: at('reader', 'name'),
        message: 'is needed as soon as there are two taps: a part of the name that --check prints',
      });
  });
  return found;
}

/** @throws TapFileProblem with the file, the place in it, and what to write there instead */
export function readTapFile(file: string): TapFile {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (problem) {
    throw refuseFile(file, `cannot be read (${(problem as Error).message})`);
  }
  return parseTapFile(file, text);
}

export function parseTapFile(file: string, text: string): TapFile {
  if (/^[\s\0]*$/.test(text))
    throw refuseFile(
      file,
      'is empty: a power cut may have hit while it was written; write it again and run sync',
    );
  let raw: unknown;
  try {
    raw = JSON.parse(text) as unknown;
  } catch (problem) {
    throw refuseFile(file, `is no JSON (${(problem as Error).message})`);
  }
  const parsed = tapFile.safeParse(raw);
  if (!parsed.success) throw refuseFile(file, ...parsed.error.issues.map(sayIssue));
  return parsed.data;
}
