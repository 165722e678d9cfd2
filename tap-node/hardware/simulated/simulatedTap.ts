import type { Clock, Random } from '#tap-node/agent/clock';
import type { CardReader, Meter, ReaderListener, TapHardware, Valve } from '../ports.ts';

export type SimulatedTapOptions = {
  readonly clock: Clock;
  readonly random: Random;
  readonly valve: Valve;
  /** no noise, no tail, no drip: exactly what the guest wants flows */
  readonly exact: boolean;
};

const TAIL_MS = 150;
const DRIP_AFTER_MS = 700;

/**
 * A tap without a tap: beer flows while the valve is open and the guest holds a glass under it. Flow is worked out from the
 * clock whenever somebody looks, so that it is the same over real and over virtual time.
 */
export class SimulatedTap implements TapHardware {
  readonly reader: CardReader = { watch: (listener) => this.#watch(listener) };
  readonly meter: Meter = { pulses: () => this.#readPulses() };
  readonly valve: Valve = { open: () => this.#openValve(), close: () => this.#closeValve() };

  readonly #options: SimulatedTapOptions;
  #listener: ReaderListener | null = null;
  #uid: string | null = null;
  #pulses_per_litre = 5400;
  #open = false;
  /** the latest order counts, also when an earlier one is still being carried out */
  #order = 0;
  #at: number;
  #wanted_ml = 0;
  #rate = 0;
  #tail_ml = 0;
  #drip: { at: number; pulses: number } | null = null;
  #exact_pulses = 0;
  #pulses = 0;

  constructor(options: SimulatedTapOptions) {
    this.#options = options;
    this.#at = options.clock.monotonic();
  }

  /** The meter is as the till's calibration says. */
  calibrate(pulses_per_litre: number): void {
    this.#flow();
    this.#pulses_per_litre = Math.max(1, pulses_per_litre);
  }

  lay(uid: string): void {
    if (this.#uid !== null && this.#uid !== uid) this.#listener?.removed();
    this.#uid = uid;
    this.#listener?.laid(uid);
  }

  remove(): void {
    if (this.#uid === null) return;
    this.#uid = null;
    this.#listener?.removed();
  }

  /** The guest holds a glass for `ml` more; it fills at `rate` ml/s while the valve is open. */
  pour(ml: number, rate: number): void {
    this.#flow();
    this.#wanted_ml = ml;
    this.#rate = rate;
  }

  /** So much gets past the closed valve. */
  leak(ml: number): void {
    this.#flow();
    this.#tail_ml += ml;
  }

  /** What the guest still wants, in ml. */
  wanted(): number {
    this.#flow();
    return this.#wanted_ml;
  }

  uid(): string | null {
    return this.#uid;
  }

  #watch(listener: ReaderListener): void {
    this.#listener = listener;
    if (this.#uid !== null) listener.laid(this.#uid);
  }

  async #openValve(): Promise<void> {
    const order = ++this.#order;
    await this.#options.valve.open();
    if (order !== this.#order) return;
    this.#flow();
    this.#open = true;
  }

  async #closeValve(): Promise<void> {
    this.#order += 1;
    this.#flow();
    if (this.#open && this.#wanted_ml > 0 && !this.#options.exact) this.#runOn();
    this.#open = false;
    await this.#options.valve.close();
  }

  /** What a real line still gives after its valve got the order: 3–25 ml, then perhaps a drop. */
  #runOn(): void {
    const { random, clock } = this.#options;
    this.#tail_ml = 3 + random.unit() * 22;
    this.#drip = { at: clock.monotonic() + DRIP_AFTER_MS, pulses: Math.floor(random.unit() * 3) };
  }

  #readPulses(): number {
    this.#flow();
    return this.#pulses;
  }

  #flow(): void {
    const now = this.#options.clock.monotonic();
    const ms = now - this.#at;
    this.#at = now;
    if (this.#open) this.#fill(ms);
    else if (this.#tail_ml > 0) this.#runOut(ms);
    if (this.#drip && now >= this.#drip.at) {
      this.#exact_pulses += this.#drip.pulses;
      this.#drip = null;
    }
    const done = this.#wanted_ml === 0 && this.#tail_ml === 0;
    const whole = done ? Math.round(this.#exact_pulses) : Math.floor(this.#exact_pulses);
    this.#pulses = Math.max(this.#pulses, whole);
  }

  #fill(ms: number): void {
    const { exact, random } = this.#options;
    const noise = exact ? 1 : 0.97 + random.unit() * 0.06;
    const ml = Math.min(this.#wanted_ml, (this.#rate * ms * noise) / 1000);
    this.#wanted_ml -= ml;
    if (this.#wanted_ml < 1e-6) this.#wanted_ml = 0;
    this.#exact_pulses += (ml * this.#pulses_per_litre) / 1000;
  }

  #runOut(ms: number): void {
    const ml = Math.min(this.#tail_ml, (this.#tail_ml * ms) / TAIL_MS + 0.01);
    this.#tail_ml = this.#tail_ml - ml < 0.1 ? 0 : this.#tail_ml - ml;
    this.#exact_pulses += (ml * this.#pulses_per_litre) / 1000;
  }
}
