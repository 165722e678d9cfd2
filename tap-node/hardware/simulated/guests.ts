import type { Clock, Random } from '#tap-node/agent/clock';
import { phaseOf } from '#tap-node/agent/state';
import type { TapState } from '#tap-node/agent/state';
import type { SimulatedTap } from './simulatedTap.ts';

export type GuestsOptions = {
  readonly clock: Clock;
  readonly random: Random;
  readonly cards: readonly string[];
  readonly stateOf: (tap_id: number) => TapState | undefined;
};

const GLASSES_ML = [100, 150, 250, 300, 330, 400, 500];
const LOOK_MS = 200;
const PATIENCE_MS = 15_000;

/** Guests with cards who walk from tap to tap. One card is in one hand at a time. */
export class SimulatedGuests {
  readonly #options: GuestsOptions;
  readonly #busy = new Set<string>();
  #over = false;

  constructor(options: GuestsOptions) {
    this.#options = options;
  }

  /** Guests keep coming to this tap, each with a free card, until `stop`. */
  async serve(tap_id: number, tap: SimulatedTap): Promise<void> {
    await this.#wait(500 + this.#options.random.unit() * 3_000);
    while (!this.#over) {
      const uid = this.#pickCard();
      if (uid) await this.#visit(tap_id, tap, uid);
      await this.#wait(2_000 + this.#options.random.unit() * 8_000);
    }
  }

  stop(): void {
    this.#over = true;
  }

  async #visit(tap_id: number, tap: SimulatedTap, uid: string): Promise<void> {
    const { random } = this.#options;
    this.#busy.add(uid);
    tap.lay(uid);
    const opened = await this.#until(() => phaseIn(this.#options.stateOf(tap_id)) === 'pouring');
    if (opened) {
      const glass = GLASSES_ML[Math.floor(random.unit() * GLASSES_ML.length)] ?? 300;
      tap.pour(Math.round(glass * (0.9 + random.unit() * 0.15)), 22 + random.unit() * 38);
      await this.#until(
        () => tap.wanted() === 0 || phaseIn(this.#options.stateOf(tap_id)) !== 'pouring',
        125_000,
      );
      await this.#wait(300 + random.unit() * 1_200);
    } else await this.#wait(3_000);
    tap.pour(0, 0);
    tap.remove();
    this.#busy.delete(uid);
  }

  #pickCard(): string | undefined {
    const free = this.#options.cards.filter((uid) => !this.#busy.has(uid));
    return free[Math.floor(this.#options.random.unit() * free.length)];
  }

  async #until(isTrue: () => boolean, patience_ms = PATIENCE_MS): Promise<boolean> {
    const { clock } = this.#options;
    const until = clock.monotonic() + patience_ms;
    while (!this.#over && clock.monotonic() < until) {
      if (isTrue()) return true;
      await this.#wait(LOOK_MS);
    }
    return false;
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => void this.#options.clock.after(ms, resolve));
  }
}

function phaseIn(state: TapState | undefined): string | null {
  return state ? phaseOf(state) : null;
}
