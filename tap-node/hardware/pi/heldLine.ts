import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import type { ValveWiring } from '#tap-node/config/tapFile';
import { closeValveOnce, firstLine, holdValve, run } from './gpioTools.ts';
import type { GpioGeneration, ValveLevel } from './gpioTools.ts';
import { untilParentDies } from './untilParentDies.ts';

const AGAIN_MS = 1_000;
/** A gpioset that is still there after this has its line. */
const STANDS_MS = 1_000;

export type LineListener = { lost(why: string): void; held(): void };

/**
 * One valve's output, driven by a gpioset that lives as long as the level does.
 *
 * INVARIANTS
 * - The open level never outlives this process: its gpioset dies with it, and a line that nobody drives is closed by its pull.
 * - From open to closed the line is let go at once, and driven closed as soon as it is free.
 * - A gpioset that ends unasked is told, and the closed level is tried again until one holds it.
 */
export class HeldLine {
  readonly #wiring: ValveWiring;
  readonly #generation: GpioGeneration;
  readonly #listener: LineListener;
  #want: ValveLevel = 'closed';
  #child: ChildProcess | null = null;
  /** its level is not wanted any more; it is gone soon */
  #dismissed: ChildProcess | null = null;
  #timer: NodeJS.Timeout | null = null;
  #waiting: ((problem: Error | null) => void)[] = [];
  #lost = false;
  #ended = false;

  constructor(options: { wiring: ValveWiring; generation: GpioGeneration; listener: LineListener }) {
    this.#wiring = options.wiring;
    this.#generation = options.generation;
    this.#listener = options.listener;
  }

  /** Done when a gpioset for this level runs; that it fails afterwards is told to the listener. */
  drive(level: ValveLevel): Promise<void> {
    const stands = this.#child !== null && this.#child !== this.#dismissed;
    if (stands && level === this.#want && this.#waiting.length === 0) return Promise.resolve();
    const stays = stands && level === this.#want;
    this.#want = level;
    const driven = new Promise<void>((resolve, reject) =>
      this.#waiting.push((problem) => (problem ? reject(problem) : resolve())),
    );
    if (!this.#child) this.#start();
    else if (!stays) this.#dismiss(this.#child);
    return driven;
  }

  #dismiss(child: ChildProcess): void {
    this.#dismissed = child;
    child.kill('SIGKILL');
  }

  /** Writes the closed level a last time, then lets go. */
  async end(): Promise<void> {
    this.#ended = true;
    if (this.#timer) clearTimeout(this.#timer);
    const child = this.#child;
    if (child) {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await gone;
    }
    await run(closeValveOnce(this.#wiring, this.#generation), 1_000).catch(() => undefined);
  }

  #start(): void {
    if (this.#timer) clearTimeout(this.#timer);
    const [program, ...args] = untilParentDies(holdValve(this.#wiring, this.#want, this.#generation));
    const child = spawn(program, args, { stdio: ['pipe', 'ignore', 'pipe'] });
    this.#child = child;
    let said = '';
    child.stdin.on('error', () => undefined);
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (said = (said + chunk).slice(-500)));
    child.once('spawn', () => {
      if (child !== this.#dismissed) this.#answer(null);
    });
    child.once('error', (problem) => this.#over(child, problem.message));
    child.once('close', (code, signal) =>
      this.#over(child, firstLine(said) ?? `gpioset ended (${signal ?? code})`),
    );
    this.#timer = setTimeout(() => this.#stands(), STANDS_MS);
  }

  #stands(): void {
    if (!this.#lost || !this.#child) return;
    this.#lost = false;
    this.#listener.held();
  }

  #over(child: ChildProcess, why: string): void {
    if (this.#ended || this.#child !== child) return;
    this.#child = null;
    if (child === this.#dismissed) return this.#start();
    this.#want = 'closed';
    this.#answer(new Error(why));
    if (!this.#lost) this.#listener.lost(why);
    this.#lost = true;
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#start(), AGAIN_MS);
  }

  #answer(problem: Error | null): void {
    for (const answer of this.#waiting.splice(0)) answer(problem);
  }
}
