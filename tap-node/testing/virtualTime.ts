import type { Clock } from '#tap-node/agent/clock';

type Timer = { readonly at: number; readonly work: () => void };

/** Time that passes only when a test lets it, with every timer on the way. Promises settle between timers. */
export class VirtualTime implements Clock {
  #now = 0;
  #timers: Timer[] = [];
  readonly #settled: () => Promise<void>;

  /** `until`: resolves when all that was set off has come to rest */
  constructor(until: () => Promise<void> = settled) {
    this.#settled = until;
  }

  monotonic(): number {
    return this.#now;
  }

  wall(): number {
    return this.#now;
  }

  after(ms: number, work: () => void): () => void {
    const timer = { at: this.#now + Math.max(0, ms), work };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  async pass(ms: number): Promise<void> {
    const until = this.#now + ms;
    await this.#settled();
    for (let next = this.#next(until); next; next = this.#next(until)) {
      this.#now = Math.max(this.#now, next.at);
      next.work();
      await this.#settled();
    }
    this.#now = until;
  }

  #next(until: number): Timer | undefined {
    const [first] = this.#timers.filter((timer) => timer.at <= until).sort((a, b) => a.at - b.at);
    if (first) this.#timers = this.#timers.filter((timer) => timer !== first);
    return first;
  }
}

/** Lets everything run that waits for nothing but a promise. */
export async function settled(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve();
  await new Promise<void>((resolve) => setImmediate(resolve));
}
