import type { VirtualTime } from '#tap-node/testing/virtualTime';

/**
 * The till does one thing after the other, and virtual time stands still while it does one: what PostgreSQL takes of the
 * machine's time decides nothing. What waits in virtual time (`pause`) lets the others pass.
 */
export class Serial {
  #held = false;
  readonly #waiting: (() => void)[] = [];
  #resting: (() => void)[] = [];

  get busy(): boolean {
    return this.#held || this.#waiting.length > 0;
  }

  /** Resolves when nothing is under way. */
  rest(): Promise<void> {
    if (!this.busy) return Promise.resolve();
    return new Promise((resolve) => this.#resting.push(resolve));
  }

  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    await this.#take();
    try {
      return await work();
    } finally {
      this.#give();
    }
  }

  /** Only within `run`. */
  async pause(time: VirtualTime, ms: number): Promise<void> {
    this.#give();
    await new Promise<void>((wake) => void time.after(ms, wake));
    await this.#take();
  }

  async #take(): Promise<void> {
    if (this.#held) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#held = true;
  }

  #give(): void {
    const next = this.#waiting.shift();
    if (next) return next();
    this.#held = false;
    for (const resolve of this.#resting.splice(0)) resolve();
  }
}
