/**
 * Counts the pulses in gpiomon's output: a line each, `<seconds> <nanoseconds>` or `<seconds>.<nanoseconds>`.
 *
 * INVARIANTS
 * - The count only grows; it does not depend on how the output was cut into chunks.
 * - An edge nearer than the debounce to the last counted one is that pulse's bounce. A clock that went back hides none.
 */
export class PulseCounter {
  readonly #debounce_ns: bigint;
  #last: bigint | null = null;
  #pulses = 0;
  #rest = '';

  constructor(debounce_us: number) {
    this.#debounce_ns = BigInt(debounce_us) * 1_000n;
  }

  get pulses(): number {
    return this.#pulses;
  }

  take(chunk: string): void {
    const lines = (this.#rest + chunk).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#edge(line);
  }

  /** What a program that ended in the middle of a line has said is no pulse. */
  restart(): void {
    this.#rest = '';
    this.#last = null;
  }

  #edge(line: string): void {
    const time = /^\s*(\d+)[ .](\d{1,9})\s*$/.exec(line);
    if (!time?.[1] || !time[2]) return;
    const at = BigInt(time[1]) * 1_000_000_000n + BigInt(time[2]);
    const since = this.#last === null ? null : at - this.#last;
    if (since !== null && since >= 0n && since < this.#debounce_ns) return;
    this.#last = at;
    this.#pulses += 1;
  }
}
