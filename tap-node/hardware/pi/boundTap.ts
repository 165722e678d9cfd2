import type { CardReader, Meter, PartListener, ReaderListener, TapHardware, Valve } from '../ports.ts';

/** What one entry of tap.json is made of. */
export type WiredTap = {
  readonly pulses: () => number;
  readonly valve: Valve;
  readonly watchReader: (listener: ReaderListener) => void;
  readonly unwatchReader: () => void;
  /** tells what is broken now, then what changes; null: nobody listens */
  watchParts(listener: PartListener | null): void;
};

/**
 * A tap of the till, whose wires are known by the number at the bar, and that only from the till. Until then, and while the
 * file has no such number, it has no reader and a broken valve. Pulses count on over a change of wires.
 */
export class BoundTap implements TapHardware {
  readonly reader: CardReader = { watch: (listener) => this.#watchReader(listener) };
  readonly meter: Meter = {
    pulses: () => this.#base + (this.#wired ? this.#wired.pulses() - this.#from : 0),
  };
  readonly valve: Valve = {
    open: () => this.#wired?.valve.open() ?? Promise.reject(new Error('this tap has no wires in tap.json')),
    // without wires there is nothing that could be open
    close: () => this.#wired?.valve.close() ?? Promise.resolve(),
  };

  #wired: WiredTap | null = null;
  #base = 0;
  #from = 0;
  #cards: ReaderListener | null = null;
  #parts: PartListener | null = null;
  #was_unwired = false;

  get wired(): WiredTap | null {
    return this.#wired;
  }

  watchParts(listener: PartListener): void {
    this.#parts = listener;
    this.#wired?.watchParts(listener);
  }

  bind(wired: WiredTap | null): void {
    if (wired === this.#wired && (wired !== null || this.#was_unwired)) return;
    this.#letGo();
    this.#wired = wired;
    if (!wired) {
      this.#was_unwired = true;
      this.#parts?.broken('valve');
      return;
    }
    this.#from = wired.pulses();
    if (this.#was_unwired) this.#parts?.mended('valve');
    this.#was_unwired = false;
    if (this.#parts) wired.watchParts(this.#parts);
    if (this.#cards) wired.watchReader(this.#cards);
  }

  #letGo(): void {
    const before = this.#wired;
    if (!before) return;
    this.#base = this.meter.pulses();
    void before.valve.close().catch(() => undefined);
    before.watchParts(null);
    before.unwatchReader();
    this.#cards?.lost();
  }

  #watchReader(listener: ReaderListener): void {
    this.#cards = listener;
    this.#wired?.watchReader(listener);
  }
}
