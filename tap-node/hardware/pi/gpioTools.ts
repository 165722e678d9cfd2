import { execFile } from 'node:child_process';
import type { MeterWiring, ValveWiring } from '#tap-node/config/tapFile';

/** libgpiod's programs of the first and of the second generation share their names and little else. */
export type GpioGeneration = 1 | 2;
export type CommandLine = readonly [program: string, ...args: string[]];
export type ValveLevel = 'open' | 'closed';

const REMEDY = 'install Debian’s package gpiod (apt-get install gpiod)';

/** `gpiomon (libgpiod) v1.6.3` or `gpiomon (libgpiod) v2.2.1` → the generation; null: neither. */
export function generationOf(said: string): GpioGeneration | null {
  const major = /libgpiod\)?\s+v?(\d+)\.\d+/.exec(said)?.[1];
  return major === '1' ? 1 : major === '2' ? 2 : null;
}

/** @throws a sentence when libgpiod's programs are not there, or of an unknown generation */
export async function findGpioTools(): Promise<GpioGeneration> {
  const said = await run(['gpioset', '--version']).catch((problem: Error) => {
    throw new Error(`gpioset does not run: ${REMEDY}. (${problem.message})`);
  });
  const generation = generationOf(said);
  if (!generation)
    throw new Error(`gpioset is of an unknown generation ("${said.split('\n')[0] ?? ''}"): ${REMEDY}.`);
  return generation;
}

/** A valve's line with `active` as the level that opens, so that no caller thinks in volts. */
function valveArgs({ opens_at }: ValveWiring, generation: GpioGeneration): string[] {
  const activeLow = opens_at === 'low' ? ['--active-low'] : [];
  // the pull towards closed stays on the line after it is let go, beside the resistor of the wiring
  const bias = opens_at === 'low' ? 'pull-up' : 'pull-down';
  return generation === 1 ? [...activeLow, `--bias=${bias}`] : [...activeLow, '--bias', bias];
}

const VALUES = { open: 1, closed: 0 } as const;

/** Drives a valve's line and holds it until the program is killed; the first generation also ends with its stdin. */
export function holdValve(wiring: ValveWiring, level: ValveLevel, generation: GpioGeneration): CommandLine {
  const { chip, line } = wiring;
  const value = `${line}=${VALUES[level]}`;
  return generation === 1
    ? ['gpioset', ...valveArgs(wiring, 1), '--mode=wait', chip, value]
    : ['gpioset', ...valveArgs(wiring, 2), '--consumer', CONSUMER, '--chip', chip, value];
}

/** Writes the closed level once and lets go. */
export function closeValveOnce(wiring: ValveWiring, generation: GpioGeneration): CommandLine {
  const { chip, line } = wiring;
  return generation === 1
    ? ['gpioset', ...valveArgs(wiring, 1), '--mode=exit', chip, `${line}=0`]
    : [
        'gpioset',
        ...valveArgs(wiring, 2),
        '--consumer',
        CONSUMER,
        '--toggle',
        '0',
        '--chip',
        chip,
        `${line}=0`,
      ];
}

/** Answers whether somebody holds the line. */
export function askLine({ chip, line }: ValveWiring, generation: GpioGeneration): CommandLine {
  return generation === 1 ? ['gpioinfo', chip] : ['gpioinfo', '--chip', chip, String(line)];
}

/** `	line  17:     "GPIO17"    "gpioset"  output  active-high [used]`, or `gpiochip0 17	"GPIO17"	output consumer="taptill"`. */
export function isHeld(said: string, { line }: ValveWiring, generation: GpioGeneration): boolean {
  const pattern =
    generation === 1
      ? `^\\s*line\\s+${line}:.*\\boutput\\b.*\\[used`
      : `^\\S+ ${line}\\t.*\\boutput\\b.*consumer=`;
  return new RegExp(pattern, 'm').test(said);
}

/** Reads the level of a line that nobody holds; the second generation can do so without making it an input. */
export function readLevel({ chip, line }: ValveWiring, generation: GpioGeneration): CommandLine {
  return generation === 1
    ? ['gpioget', chip, String(line)]
    : ['gpioget', '--as-is', '--numeric', '--chip', chip, String(line)];
}

/** One line of output per pulse. The second generation's kernel side debounces; the first says when each edge was. */
export function watchMeter(wiring: MeterWiring, generation: GpioGeneration): CommandLine {
  const { chip, line, edge, debounce_us } = wiring;
  if (generation === 1)
    return [
      'gpiomon',
      ...(wiring.bias === 'as_is' ? [] : [`--bias=${wiring.bias.replace('_', '-')}`]),
      `--${edge}-edge`,
      '--line-buffered',
      '--format=%s %n',
      chip,
      String(line),
    ];
  return [
    'gpiomon',
    ...(wiring.bias === 'as_is' ? [] : ['--bias', wiring.bias.replace('_', '-')]),
    ...['--edges', edge],
    ...(debounce_us > 0 ? ['--debounce-period', `${debounce_us}us`] : []),
    ...['--format', '%S', '--consumer', CONSUMER, '--chip', chip, String(line)],
  ];
}

const CONSUMER = 'taptill';

/** What the program printed. @throws its own words when it ends with an error */
export function run([program, ...args]: CommandLine, timeout = 5_000): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(program, args, { timeout, killSignal: 'SIGKILL' }, (problem, stdout, stderr) => {
      if (problem) reject(new Error(firstLine(stderr) ?? problem.message));
      else resolve(stdout);
    });
  });
}

export function firstLine(text: string): string | undefined {
  return text
    .split('\n')
    .find((line) => line.trim() !== '')
    ?.trim();
}
