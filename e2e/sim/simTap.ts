import { SimulatedTap } from '#tap-node/hardware/simulated/simulatedTap';
import type { CardReader, ReaderListener, TapHardware } from '#tap-node/hardware/ports';
import type { VirtualTime } from '#tap-node/testing/virtualTime';
import type { Dice } from './dice.ts';
import type { History } from './history.ts';
import type { Truth } from './truth.ts';

export type SimTapOptions = {
  readonly tap_id: number;
  readonly time: VirtualTime;
  readonly dice: Dice;
  readonly history: History;
  readonly truth: Truth;
  /** the pour whose intent this tap's node has seen confirmed last */
  readonly intended: () => string | null;
};

/**
 * The tap that stands in the bar: it outlives its node's restarts. Beer, valve and meter are the node's own simulated
 * hardware, one per boot; this keeps the card, the glass, and the account of what truly flowed and for which pour.
 */
export class SimTap {
  readonly tap_id: number;
  leaked_ml = 0;
  readonly #options: SimTapOptions;
  #hardware: SimulatedTap | null = null;
  #powered = false;
  #listener: ReaderListener | null = null;
  #reader_lost = false;
  #uid: string | null = null;
  #glass = { ml: 0, rate: 0 };
  #pulses = 0;
  #pulses_per_litre = 5400;
  /** whose beer runs now, or ran last */
  #owner: string | null = null;

  constructor(options: SimTapOptions) {
    this.#options = options;
    this.tap_id = options.tap_id;
  }

  uid(): string | null {
    return this.#uid;
  }

  /** The node is powered: fresh electronics, the same card on the reader and the same glass under the tap. */
  boot(): TapHardware {
    this.account();
    const { time, dice } = this.#options;
    const hardware = new SimulatedTap({
      clock: time,
      random: dice,
      exact: false,
      valve: { open: async () => this.#opened(), close: async () => this.#closed() },
    });
    hardware.calibrate(this.#pulses_per_litre);
    if (this.#uid !== null) hardware.lay(this.#uid);
    hardware.pour(this.#glass.ml, this.#glass.rate);
    this.#hardware = hardware;
    this.#powered = true;
    this.#reader_lost = false;
    this.#pulses = 0;
    const reader: CardReader = {
      watch: (listener) => {
        this.#listener = listener;
        hardware.reader.watch(listener);
      },
    };
    return { reader, meter: hardware.meter, valve: hardware.valve };
  }

  /** Called when the node is off: its valve has fallen closed, what runs on runs past a meter that nobody reads. */
  off(): void {
    this.#powered = false;
    this.#listener = null;
    if (this.#owner === null) return;
    const pour = this.#options.truth.pourOf(this.#owner, this.tap_id);
    if (pour.ended === null) pour.power_cut = true;
  }

  calibrate(pulses_per_litre: number): void {
    this.account();
    this.#pulses_per_litre = pulses_per_litre;
    this.#hardware?.calibrate(pulses_per_litre);
  }

  lay(uid: string, glass: { ml: number; rate: number }): void {
    this.#uid = uid;
    this.#glass = glass;
    if (!this.#powered) return;
    this.#hardware?.pour(glass.ml, glass.rate);
    if (!this.#reader_lost) this.#hardware?.lay(uid);
  }

  lift(): void {
    this.#uid = null;
    this.#glass = { ml: 0, rate: 0 };
    this.#hardware?.pour(0, 0);
    this.#hardware?.remove();
  }

  /** The card slips and lies there again; the glass stays. */
  flap(away_ms: number): void {
    const uid = this.#uid;
    if (uid === null || !this.#powered || this.#reader_lost) return;
    this.#hardware?.remove();
    this.#options.time.after(away_ms, () => {
      if (this.#uid === uid && this.#powered && !this.#reader_lost) this.#hardware?.lay(uid);
    });
  }

  unplugReader(for_ms: number): void {
    const listener = this.#listener;
    if (!listener || this.#reader_lost) return;
    this.#reader_lost = true;
    listener.lost();
    this.#options.time.after(for_ms, () => {
      if (listener !== this.#listener) return;
      this.#reader_lost = false;
      listener.found();
      if (this.#uid !== null) this.#hardware?.lay(this.#uid);
    });
  }

  /** The keg runs dry: nothing more comes, whatever the valve does. */
  kick(): void {
    this.#glass = { ml: 0, rate: 0 };
    this.#hardware?.pour(0, 0);
  }

  /** Past a closed valve; not while a pour's own beer still runs. */
  leak(ml: number): void {
    if (!this.#powered || this.#isOpen()) return;
    this.account();
    this.#owner = null;
    this.#hardware?.leak(ml);
  }

  /** Books what ran since the last look to whom it ran for. */
  account(): void {
    const { truth } = this.#options;
    const pulses = this.#hardware?.meter.pulses() ?? 0;
    const ml = ((pulses - this.#pulses) * 1000) / this.#pulses_per_litre;
    this.#pulses = pulses;
    if (ml <= 0) return;
    if (this.#owner === null) this.leaked_ml += ml;
    else truth.pourOf(this.#owner, this.tap_id).physical_ml += ml;
  }

  #isOpen(): boolean {
    return this.#owner !== null && this.#spans().some(({ to }) => to === null);
  }

  #spans(): { from: number; to: number | null }[] {
    return this.#owner === null ? [] : this.#options.truth.pourOf(this.#owner, this.tap_id).open;
  }

  #opened(): void {
    const { time, history, truth, intended } = this.#options;
    this.account();
    this.#owner = intended();
    if (this.#owner === null)
      return history.violate('a valve opened without an intent', { tap_id: this.tap_id });
    const pour = truth.pourOf(this.#owner, this.tap_id);
    pour.rate_ml_s = Math.max(pour.rate_ml_s, this.#glass.rate);
    pour.open.push({ from: time.monotonic(), to: null });
    history.note('valve open', { tap_id: this.tap_id, tx: this.#owner.slice(0, 6) });
    history.count('valve opened');
  }

  #closed(): void {
    this.account();
    for (const span of this.#spans()) span.to ??= this.#options.time.monotonic();
  }
}
