import type { Valve } from './ports.ts';
import { startHolder } from './valveHolderProcess.ts';
import type { HolderProcess } from './valveHolderProcess.ts';
import type { HolderStart } from './holderWords.ts';

/** All valves of one node. */
export type Valves = {
  valveOf(tap: number): Valve;
  /** ends the holder; it closes what is open */
  release(): void;
};
export type ValvesListener = { lost(tap: number, why: string): void; held(tap: number): void };

/** How often a node with an open valve tells the holder that it is alive; the lease is a multiple of it. */
const ALIVE_MS = 250;
const LEASE_MS = 1_500;
const HOLDER_AGAIN_MS = 500;

/** Valves without hardware and without a record. */
export function unrecordedValves(): Valves {
  const done = () => Promise.resolve();
  return { valveOf: () => ({ open: done, close: done }), release: () => undefined };
}

/**
 * Valves without hardware, held by a child process that writes what it drives into `log`: after a kill -9 of this process
 * the record shows that, and when, each valve closed.
 */
export function recordedValves(log: string, onLost: (problem: Error) => void): Valves {
  const holder = startHolder({ log, gpio: null, lease_ms: null }, { lost: () => {}, held: () => {} });
  let released = false;
  void holder.ended.then((problem) => {
    if (!released) onLost(problem);
  });
  return {
    valveOf: (tap) => ({
      open: () => holder.order(`open ${tap}`),
      close: () => holder.order(`close ${tap}`),
    }),
    release() {
      released = true;
      holder.end();
    },
  };
}

/** The valves on the lines of this machine. A holder that ends is replaced; until the new one stands the valves are lost. */
export function gpioValves(gpio: NonNullable<HolderStart['gpio']>, listener: ValvesListener): Valves {
  const taps = Object.keys(gpio.wirings).map(Number);
  const open = new Set<number>();
  const log = process.env['TAPTILL_VALVE_LOG'] ?? null;
  let released = false;
  let holder: HolderProcess = begin();

  function begin(): HolderProcess {
    const started = startHolder({ log, gpio, lease_ms: LEASE_MS }, listener);
    void started.ended.then((problem) => {
      if (released) return;
      open.clear();
      for (const tap of taps) listener.lost(tap, problem.message);
      setTimeout(() => void replace(), HOLDER_AGAIN_MS);
    });
    return started;
  }

  async function replace(): Promise<void> {
    if (released) return;
    holder = begin();
    for (const tap of taps)
      await holder.order(`close ${tap}`).then(
        () => listener.held(tap),
        () => undefined,
      );
  }

  const alive = setInterval(() => {
    if (open.size > 0) holder.tell('alive');
  }, ALIVE_MS);
  alive.unref();

  return {
    valveOf: (tap) => ({
      open() {
        open.add(tap);
        return holder.order(`open ${tap}`);
      },
      close() {
        open.delete(tap);
        return holder.order(`close ${tap}`);
      },
    }),
    release() {
      released = true;
      clearInterval(alive);
      holder.end();
    },
  };
}
