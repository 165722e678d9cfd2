import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import type { MeterWiring } from '#tap-node/config/tapFile';
import type { Meter } from '../ports.ts';
import { firstLine, watchMeter } from './gpioTools.ts';
import type { GpioGeneration } from './gpioTools.ts';
import { PulseCounter } from './pulseCounter.ts';
import { untilParentDies } from './untilParentDies.ts';

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 10_000;
/** A gpiomon that is still there after this has its line. */
const STANDS_MS = 1_000;

export type MeterListener = { lost(why: string): void; found(): void };

/**
 * A flow meter on a GPIO line, counted by a gpiomon of its own: while this process is busy the pulses wait in gpiomon's
 * pipe, which holds more than three seconds of the fastest meter. A gpiomon that ends is a fault until another one stands.
 */
export class GpioMeter implements Meter {
  readonly #wiring: MeterWiring;
  readonly #generation: GpioGeneration;
  readonly #listener: MeterListener;
  readonly #counter: PulseCounter;
  #child: ChildProcess | null = null;
  #timer: NodeJS.Timeout | null = null;
  #wait_ms = FIRST_WAIT_MS;
  #lost = false;
  #ended = false;

  constructor(options: { wiring: MeterWiring; generation: GpioGeneration; listener: MeterListener }) {
    this.#wiring = options.wiring;
    this.#generation = options.generation;
    this.#listener = options.listener;
    // the second generation has debounced already
    this.#counter = new PulseCounter(options.generation === 1 ? options.wiring.debounce_us : 0);
    this.#start();
  }

  pulses(): number {
    return this.#counter.pulses;
  }

  close(): void {
    this.#ended = true;
    if (this.#timer) clearTimeout(this.#timer);
    this.#child?.kill('SIGKILL');
  }

  #start(): void {
    const [program, ...args] = untilParentDies(watchMeter(this.#wiring, this.#generation));
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    this.#counter.restart();
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => this.#counter.take(chunk));
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (said = (said + chunk).slice(-500)));
    child.once('error', (problem) => this.#over(child, problem.message));
    child.once('close', (code, signal) =>
      this.#over(child, firstLine(said) ?? `gpiomon ended (${signal ?? code})`),
    );
    this.#timer = setTimeout(() => this.#stands(), STANDS_MS);
  }

  #stands(): void {
    this.#wait_ms = FIRST_WAIT_MS;
    if (!this.#lost) return;
    this.#lost = false;
    this.#listener.found();
  }

  #over(child: ChildProcess, why: string): void {
    if (this.#ended || this.#child !== child) return;
    this.#child = null;
    if (this.#timer) clearTimeout(this.#timer);
    if (!this.#lost) {
      this.#lost = true;
      this.#listener.lost(why);
    }
    this.#timer = setTimeout(() => this.#start(), this.#wait_ms);
    this.#wait_ms = Math.min(this.#wait_ms * 2, LONGEST_WAIT_MS);
  }
}
