import { faultPoint } from '#tap-node/agent/faultPoints';
import type { Clock, Random } from '#tap-node/agent/clock';
import type { PourReport } from '#domain/protocol/node';
import type { Journal } from '#tap-node/journal/journal';
import type { FinishedPour } from '#tap-node/journal/rows';
import { Backoff } from './backoff.ts';
import type { Till } from './till.ts';

export type SettleDeps = {
  readonly till: Pick<Till, 'settle'>;
  readonly journal: Pick<Journal, 'verdict'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly journal_id: string;
  readonly onVerdict: (client_tx_id: string) => void;
  readonly log: (line: string) => void;
};

type Waiting = {
  readonly pour: FinishedPour;
  /** on this boot's monotonic clock; null: an earlier boot, and nobody knows how long ago */
  readonly ended_at: number | null;
  readonly offline: boolean;
  attempts: number;
};

const BATCH = 50;

/**
 * Finished pours of one tap on their way to the till. INVARIANTS:
 * - strict order: a report is sent only together with, or after the verdict of, every earlier one of its tap
 * - a row leaves the queue after its verdict is in the journal; without a verdict it is sent again, without end
 */
export class SettleQueue {
  readonly #deps: SettleDeps;
  readonly #backoff: Backoff;
  #waiting: Waiting[] = [];
  #running = false;
  #closed = false;
  #wake: (() => void) | null = null;

  constructor(deps: SettleDeps) {
    this.#deps = deps;
    this.#backoff = new Backoff(deps.random);
  }

  add(pour: FinishedPour, how: { ended_at: number | null; offline: boolean }): void {
    if (this.#waiting.some((one) => one.pour.client_tx_id === pour.client_tx_id)) return;
    this.#waiting.push({ pour, ...how, attempts: 0 });
    this.#waiting.sort((a, b) => a.pour.seq - b.pour.seq);
    void this.#run();
  }

  /** The till is back: no need to wait out the pause. */
  kick(): void {
    this.#backoff.reset();
    this.#wake?.();
  }

  depth(): number {
    return this.#waiting.length;
  }

  oldestAge(): number | null {
    const ages = this.#waiting.map((one) => this.#ageOf(one) ?? 0);
    return ages.length === 0 ? null : Math.max(...ages);
  }

  close(): void {
    this.#closed = true;
    this.#wake?.();
  }

  async #run(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    while (this.#waiting.length > 0 && !this.#closed) {
      const moved = await this.#sendOnce();
      if (moved) this.#backoff.reset();
      else await this.#pause();
    }
    this.#running = false;
  }

  async #sendOnce(): Promise<boolean> {
    const batch = this.#waiting.slice(0, BATCH);
    try {
      const { verdicts } = await this.#deps.till.settle(batch.map((one) => this.#reportOf(one)));
      faultPoint('verdict.received');
      let moved = false;
      for (const { index, verdict } of verdicts) {
        const one = batch[index];
        if (!one) continue;
        await this.#deps.journal.verdict(one.pour.client_tx_id, verdict);
        this.#waiting = this.#waiting.filter((other) => other !== one);
        this.#deps.onVerdict(one.pour.client_tx_id);
        moved = true;
      }
      return moved;
    } catch (problem) {
      if (!this.#closed)
        this.#deps.log(`settle waits: ${problem instanceof Error ? problem.message : String(problem)}`);
      return false;
    }
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#deps.clock.after(this.#backoff.next(), done);
      const queue = (wake: (() => void) | null): void => {
        this.#wake = wake;
      };
      function done(): void {
        cancel();
        queue(null);
        resolve();
      }
      queue(done);
    });
  }

  #ageOf(one: Waiting): number | null {
    return one.ended_at === null
      ? null
      : Math.max(0, Math.round(this.#deps.clock.monotonic() - one.ended_at));
  }

  #reportOf(one: Waiting): PourReport {
    const { pour } = one;
    one.attempts += 1;
    return {
      grant_id: pour.intent.grant_id,
      client_tx_id: pour.client_tx_id,
      tap_id: pour.tap_id,
      short_id: pour.intent.short_id,
      seq: pour.seq,
      pulses: pour.end.pulses,
      metered_ml: pour.end.ml,
      calibration_version: pour.intent.calibration_version,
      duration_ms: pour.end.duration_ms,
      end_reason: pour.end.end_reason,
      boot_id: pour.intent.boot_id,
      ...(pour.end.kick_ml !== undefined && { kick_ml: pour.end.kick_ml }),
      age_ms: this.#ageOf(one),
      offline: one.offline || one.attempts > 1,
      attempt: one.attempts,
      journal_id: this.#deps.journal_id,
    };
  }
}
