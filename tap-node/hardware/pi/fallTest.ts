import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import type { ValveWiring } from '#tap-node/config/tapFile';
import { startHolder } from '../valveHolderProcess.ts';
import { askLine, closeValveOnce, isHeld, readLevel, run } from './gpioTools.ts';
import type { GpioGeneration } from './gpioTools.ts';

const HELD_WITHIN_MS = 5_000;
const FREE_WITHIN_MS = 2_000;
/** Where a Pi's kernel says whether it keeps an output driven that nobody holds. */
const KEPT_OUTPUTS = [
  '/sys/module/pinctrl_bcm2835/parameters/persist_gpio_outputs',
  '/sys/module/pinctrl_rp1/parameters/persist_gpio_outputs',
];
const STRICT =
  'add the line dtparam=strict_gpiod to /boot/firmware/config.txt and restart the computer, or see docs/tap-node.md';

type FallTest = {
  readonly generation: GpioGeneration;
  readonly wirings: Readonly<Record<string, ValveWiring>>;
  readonly kept_outputs?: readonly string[];
};

/**
 * Shows that every valve falls closed when its holder is killed: opens them through a holder of their own, kills it with -9,
 * and reads the lines. The valves click once. Answers, per valve that failed, what is wrong and what to do.
 */
export async function testFall({ generation, wirings, kept_outputs = KEPT_OUTPUTS }: FallTest) {
  const taps = Object.keys(wirings);
  if (kept_outputs.some(isKept))
    return new Map(
      taps.map((tap) => [Number(tap), `this kernel keeps a line driven after its holder is gone: ${STRICT}`]),
    );
  const failed = new Map<number, string>();
  const holder = startHolder(
    { log: null, gpio: { generation, wirings }, lease_ms: null },
    { lost: (tap, why) => void failed.set(tap, why), held: () => undefined },
  );
  await Promise.all(
    Object.entries(wirings).map(async ([tap, wiring]) => {
      await holder.order(`open ${tap}`).catch((problem: Error) => failed.set(Number(tap), problem.message));
      const held = await within(HELD_WITHIN_MS, async () => {
        if (failed.has(Number(tap))) return true;
        return isHeld(await run(askLine(wiring, generation)), wiring, generation);
      });
      if (!held) failed.set(Number(tap), `gpioset does not hold line ${wiring.line} of ${wiring.chip}`);
    }),
  );
  holder.kill9();
  await holder.ended;
  await Promise.all(
    Object.entries(wirings).map(async ([tap, wiring]) => {
      const problem = await readFallen(wiring, generation);
      if (problem && !failed.has(Number(tap))) failed.set(Number(tap), problem);
      if (problem) await run(closeValveOnce(wiring, generation)).catch(() => undefined);
    }),
  );
  return failed;
}

/** Null: the line is free and at the closed level. */
async function readFallen(wiring: ValveWiring, generation: GpioGeneration): Promise<string | null> {
  let why = '';
  const free = await within(FREE_WITHIN_MS, async () => {
    const level = await run(readLevel(wiring, generation)).catch((problem: Error) => {
      why = problem.message;
      return null;
    });
    if (level === null) return false;
    const closed = wiring.opens_at === 'high' ? '0' : '1';
    why =
      level.trim() === closed
        ? ''
        : `line ${wiring.line} of ${wiring.chip} stays at the open level after its holder was killed: check the pull-${wiring.opens_at === 'high' ? 'down' : 'up'} of the relay's input, and ${STRICT}`;
    return true;
  });
  if (!free) return `line ${wiring.line} of ${wiring.chip} is not let go when its holder is killed: ${why}`;
  return why === '' ? null : why;
}

async function within(ms: number, isSo: () => Promise<boolean>): Promise<boolean> {
  const until = performance.now() + ms;
  for (;;) {
    if (await isSo().catch(() => false)) return true;
    if (performance.now() > until) return false;
    await wait(10);
  }
}

function isKept(file: string): boolean {
  try {
    return /^[Y1]/.test(readFileSync(file, 'utf8'));
  } catch {
    return false;
  }
}
