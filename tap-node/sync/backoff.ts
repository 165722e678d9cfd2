import type { Clock, Random } from '#tap-node/agent/clock';

/** Doubling, with full jitter in its upper half, without end: many nodes must not come back in step. */
export class Backoff {
  readonly #random: Random;
  readonly #first_ms: number;
  readonly #most_ms: number;
  #tries = 0;

  constructor(
    random: Random,
    limits: { first_ms: number; most_ms: number } = { first_ms: 250, most_ms: 10_000 },
  ) {
    this.#random = random;
    this.#first_ms = limits.first_ms;
    this.#most_ms = limits.most_ms;
  }

  next(): number {
    const full = Math.min(this.#most_ms, this.#first_ms * 2 ** Math.min(this.#tries, 20));
    this.#tries += 1;
    return full / 2 + (full / 2) * this.#random.unit();
  }

  reset(): void {
    this.#tries = 0;
  }
}

export type Retry = { readonly clock: Clock; readonly random: Random; readonly isOver: () => boolean };

/** Repeats `call` until it is answered; gives up only when the process ends. */
export async function untilAnswered<Answer>(
  call: () => Promise<Answer>,
  retry: Retry,
): Promise<Answer | null> {
  const backoff = new Backoff(retry.random);
  while (!retry.isOver())
    try {
      return await call();
    } catch {
      await new Promise<void>((wake) => void retry.clock.after(backoff.next(), wake));
    }
  return null;
}
