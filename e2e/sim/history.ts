import { createHash } from 'node:crypto';

export type Facts = Readonly<Record<string, unknown>>;

/** What happened in one seed, in its order: what the checker reads, what `--trace` prints, and what a replay must repeat. */
export class History {
  readonly #now: () => number;
  readonly #print: ((line: string) => void) | null;
  readonly #hash = createHash('sha256');
  readonly counts = new Map<string, number>();
  readonly violations: string[] = [];
  readonly #tail: string[] = [];

  constructor(now: () => number, print: ((line: string) => void) | null = null) {
    this.#now = now;
    this.#print = print;
  }

  note(what: string, facts: Facts = {}): void {
    const line = `${(this.#now() / 1000).toFixed(3)} ${what} ${JSON.stringify(facts)}`;
    this.#hash.update(line).update('\n');
    this.#tail.push(line);
    if (this.#tail.length > 40) this.#tail.shift();
    this.#print?.(line);
  }

  count(name: string, by = 1): void {
    this.counts.set(name, (this.counts.get(name) ?? 0) + by);
  }

  /** A rule was broken. The seed goes on, so that one replay shows all that follows. */
  violate(rule: string, facts: Facts = {}): void {
    this.note(`VIOLATION ${rule}`, facts);
    this.violations.push(`${rule} ${JSON.stringify(facts)}`);
  }

  /** The last lines, for a report without a trace. */
  tail(): readonly string[] {
    return this.#tail;
  }

  digest(): string {
    return this.#hash.copy().digest('hex');
  }
}
