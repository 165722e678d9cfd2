import { startNode } from '#tap-node/node';
import type { RunningNode } from '#tap-node/node';
import type { Clock } from '#tap-node/agent/clock';
import type { VirtualTime } from '#tap-node/testing/virtualTime';
import type { Dice } from './dice.ts';
import type { History } from './history.ts';
import { EPOCH_MS } from './simDatabase.ts';
import type { SimDisk } from './simDisk.ts';
import type { Cable } from './simNetwork.ts';
import type { SimTap } from './simTap.ts';

export type SimNodeOptions = {
  readonly node_id: number;
  readonly taps: readonly SimTap[];
  readonly disk: SimDisk;
  readonly cable: Cable;
  readonly time: VirtualTime;
  readonly dice: Dice;
  readonly history: History;
};

const FIRST_OVERSHOOT_ML = 15;

/** A small computer at the taps: the product's own node, switched on and off. */
export class SimNode {
  readonly node_id: number;
  readonly taps: readonly SimTap[];
  readonly disk: SimDisk;
  readonly cable: Cable;
  /** thrown away for good */
  destroyed = false;
  readonly #options: SimNodeOptions;
  #running: { node: RunningNode; unplug: () => void } | null = null;
  #changing = false;
  #wall_offset_ms = 0;

  constructor(options: SimNodeOptions) {
    this.#options = options;
    ({ node_id: this.node_id, taps: this.taps, disk: this.disk, cable: this.cable } = options);
  }

  get on(): boolean {
    return this.#running !== null;
  }

  /** on or off, and not between the two */
  get steady(): boolean {
    return !this.#changing;
  }

  wall(): number {
    return EPOCH_MS + this.#options.time.monotonic() + this.#wall_offset_ms;
  }

  jump(ms: number): void {
    this.#wall_offset_ms += ms;
  }

  /** Every tap stands still: nothing to report, no pour, no attempt. */
  get idle(): boolean {
    const { node } = this.#running ?? {};
    return this.taps.every(({ tap_id }) => {
      const state = node?.stateOf(tap_id);
      return (
        state !== undefined &&
        state.pour === null &&
        state.attempt === null &&
        state.unsynced.length === 0 &&
        state.cancelling.length === 0
      );
    });
  }

  async boot(): Promise<void> {
    if (this.#running || this.#changing || this.destroyed) return;
    this.#changing = true;
    const { time, dice, history, disk, cable } = this.#options;
    const taps = new Map(this.taps.map((tap) => [tap.tap_id, tap]));
    const { till, unplug } = cable.plug();
    const began = time.monotonic();
    const clock: Clock = {
      monotonic: () => time.monotonic() - began + 1_000,
      wall: () => this.wall(),
      after: (ms, work) => time.after(ms, work),
    };
    const node = await startNode({
      directory: disk.folder,
      tap_ids: [...taps.keys()],
      till,
      openJournal: disk.open,
      clock,
      random: dice,
      hardwareOf: (tap_id) => {
        const tap = taps.get(tap_id);
        if (!tap) throw new Error(`no tap ${tap_id}`);
        return tap.boot();
      },
      overshoot_ml: FIRST_OVERSHOOT_ML,
      onConfig: (config) => {
        for (const { tap_id, pulses_per_litre } of config.taps) taps.get(tap_id)?.calibrate(pulses_per_litre);
      },
      onChange: () => undefined,
      log: (line) =>
        history.note('node says', { node: this.node_id, line: line.replace(/[0-9a-f]{26}\b/g, '') }),
    });
    this.#running = { node, unplug };
    this.#changing = false;
    history.note('node on', { node: this.node_id });
  }

  /** The plug is pulled. */
  async cut(): Promise<void> {
    const running = this.#running;
    if (!running || this.#changing) return;
    this.#running = null;
    this.#changing = true;
    running.unplug();
    for (const tap of this.taps) tap.off();
    await this.disk.losePower();
    await running.node.cut();
    this.disk.forgetUnsynced();
    this.#changing = false;
    this.#options.history.count('power cut');
  }

  /** Stopped by its service: pours are ended and written down first. */
  async stop(): Promise<void> {
    const running = this.#running;
    if (!running || this.#changing) return;
    this.#changing = true;
    await running.node.stop();
    this.#running = null;
    running.unplug();
    for (const tap of this.taps) tap.off();
    this.#changing = false;
    this.#options.history.note('node stopped', { node: this.node_id });
  }
}
