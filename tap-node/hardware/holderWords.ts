import type { ValveWiring } from '#tap-node/config/tapFile';
import type { GpioGeneration } from './pi/gpioTools.ts';

/** What the holder of the valves is told at its start, as JSON in its first argument. */
export type HolderStart = {
  /** where it writes down what it drives, and when */
  readonly log: string | null;
  /** null: nothing is driven, only written down */
  readonly gpio: {
    readonly generation: GpioGeneration;
    readonly wirings: Readonly<Record<string, ValveWiring>>;
  } | null;
  /** a node that is silent for longer than this has its open valves closed; null: never */
  readonly lease_ms: number | null;
};
