import { chmodSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GpioGeneration } from '#tap-node/hardware/pi/gpioTools';

/*
 * libgpiod's programs without a chip: shell scripts that keep the lines in files and behave as the programs' own usage
 * says, by generation: a line has one holder, an output that nobody holds falls to its pull (or stays, with `persist`).
 */
export type GpioStubs = {
  /** to be put before the others on PATH */
  readonly bin: string;
  /** every call, as it was written */
  calls(): string[];
  /** what was driven onto a line: `1`, `0`, in turn */
  driven(line: number): Driven[];
  level(line: number): '0' | '1';
  /** who drives the line now */
  holder(line: number): number | null;
  /** what gpiomon says of the line from its next start on, or at once when it runs */
  pulses(line: number, text: string): void;
  /** the process that watches the line */
  watcher(line: number): number | null;
  remove(): void;
};
export type Driven = { readonly at: number; readonly value: '0' | '1'; readonly pid: number };

export function gpioStubs(
  generation: GpioGeneration,
  options: { persist?: boolean; pull?: '0' | '1'; broken?: string } = {},
): GpioStubs {
  const root = mkdtempSync(join(tmpdir(), 'taptill-gpio-'));
  const bin = join(root, 'bin');
  const state = join(root, 'state');
  mkdirSync(bin);
  mkdirSync(state);
  const head = `#!/bin/sh
S='${state}'; PULL='${options.pull ?? '0'}'; PERSIST='${options.persist ? 1 : 0}'; BROKEN='${options.broken ?? ''}'
me=\${0##*/}
if [ "$1" = --version ]; then echo "$me (libgpiod) v${generation === 1 ? '1.6.3' : '2.2.1'}"; exit 0; fi
echo "$me $*" >>"$S/calls"
if [ -n "$BROKEN" ]; then echo "$me: $BROKEN" >&2; exit 1; fi
for last in "$@"; do :; done
held() { [ -f "$S/$1.pid" ] && kill -0 "$(cat "$S/$1.pid")" 2>/dev/null; }
`;
  const write = (name: string, body: string): void => {
    writeFileSync(join(bin, name), head + body);
    chmodSync(join(bin, name), 0o755);
  };
  const once = generation === 1 ? '*--mode=exit*' : '*"--toggle 0"*';
  write(
    'gpioset',
    `line=\${last%%=*}; value=\${last##*=}
case "$*" in *--active-low*) value=$((1 - value));; esac
if held "$line"; then echo "gpioset: Device or resource busy" >&2; exit 1; fi
echo "$value" >"$S/$line.level"; echo "$(date +%s%3N) $value $$" >>"$S/$line.driven"; echo $$ >"$S/$line.pid"
case "$*" in ${once}) rm "$S/$line.pid"; exit 0;; esac
exec sleep 1000
`,
  );
  write(
    'gpioget',
    `line=$last
if held "$line"; then echo "gpioget: Device or resource busy" >&2; exit 1; fi
case "$PERSIST" in 1) cat "$S/$line.level";; *) echo "$PULL";; esac
`,
  );
  write(
    'gpioinfo',
    generation === 1
      ? `echo "gpiochip0 - 54 lines:"
for line in 17 22 27; do
  if held $line; then printf '\\tline  %s:     "GPIO%s"    "gpioset"  output  active-high [used]\\n' $line $line
  else printf '\\tline  %s:     "GPIO%s"       unused   input  active-high \\n' $line $line; fi
done
`
      : `if held "$last"; then printf 'gpiochip0 %s\\t"GPIO%s"        \\toutput consumer="taptill"\\n' $last $last
else printf 'gpiochip0 %s\\t"GPIO%s"        \\tinput\\n' $last $last; fi
`,
  );
  write('gpiomon', `echo $$ >"$S/$last.mon"; touch "$S/$last.out"; exec tail -n +1 -f "$S/$last.out"\n`);

  const read = (name: string): string => {
    try {
      return readFileSync(join(state, name), 'utf8');
    } catch {
      return '';
    }
  };
  const alive = (file: string): number | null => {
    const pid = Number(read(file));
    if (!pid) return null;
    try {
      process.kill(pid, 0);
      return isZombie(pid) ? null : pid;
    } catch {
      return null;
    }
  };
  return {
    bin,
    calls: () => read('calls').split('\n').filter(Boolean),
    driven: (line) =>
      read(`${line}.driven`)
        .split('\n')
        .filter(Boolean)
        .map((one) => {
          const [at, value, pid] = one.split(' ');
          return { at: Number(at), value: value === '1' ? '1' : '0', pid: Number(pid) };
        }),
    level(line) {
      if (alive(`${line}.pid`) !== null || options.persist)
        return read(`${line}.level`).trim() === '1' ? '1' : '0';
      return options.pull ?? '0';
    },
    holder: (line) => alive(`${line}.pid`),
    pulses: (line, text) => writeFileSync(join(state, `${line}.out`), text, { flag: 'a' }),
    watcher: (line) => alive(`${line}.mon`),
    remove() {
      for (const file of readdirSync(state)) {
        if (!/\.(pid|mon)$/.test(file)) continue;
        const pid = alive(file);
        if (pid) process.kill(pid, 'SIGKILL');
      }
      rmSync(root, { recursive: true, force: true });
    },
  };
}

/** Dead, and only not fetched yet by who started it. */
function isZombie(pid: number): boolean {
  try {
    return / Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/\(.*\)/, ''));
  } catch {
    return true;
  }
}
