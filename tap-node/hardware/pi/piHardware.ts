import type { NodeConfig } from '#domain/protocol/node';
import type { TapFile, TapWiring } from '#tap-node/config/tapFile';
import type { PartListener, TapHardware } from '../ports.ts';
import { gpioValves } from '../valves.ts';
import type { Valves } from '../valves.ts';
import { BoundTap } from './boundTap.ts';
import type { WiredTap } from './boundTap.ts';
import { CardReaders } from './cardReaders.ts';
import { testFall } from './fallTest.ts';
import { GpioMeter } from './gpioMeter.ts';
import { findGpioTools } from './gpioTools.ts';
import type { GpioGeneration } from './gpioTools.ts';

export type PiHardware = {
  hardwareOf(tap_id: number): TapHardware;
  /** the till says which tap has which number at the bar */
  onConfig(config: NodeConfig): void;
  release(): void;
};

type Part = 'valve' | 'meter';

/** Why a part of one entry does not work; all quiet: it does. */
class Faults {
  readonly #why = new Map<string, Part>();
  #listener: PartListener | null = null;

  watch(listener: PartListener | null): void {
    this.#listener = listener;
    for (const part of new Set(this.#why.values())) listener?.broken(part);
  }

  begin(part: Part, name: string): void {
    const fresh = !this.#has(part);
    this.#why.set(name, part);
    if (fresh) this.#listener?.broken(part);
  }

  end(part: Part, name: string): void {
    if (!this.#why.delete(name) || this.#has(part)) return;
    this.#listener?.mended(part);
  }

  #has(part: Part): boolean {
    return [...this.#why.values()].includes(part);
  }
}

/** The taps of tap.json on this machine's own lines and readers, valves first proved to fall closed, then held closed. */
export async function openPiHardware(options: {
  file: TapFile;
  tap_ids: readonly number[];
  log: (line: string) => void;
}): Promise<PiHardware> {
  const { file, tap_ids, log } = options;
  const name = (index: number): string => `tap ${file.taps[index]?.tap ?? '(the only one)'}`;
  const generation = await findGpioTools();
  const faults = file.taps.map(() => new Faults());
  const wirings = Object.fromEntries(file.taps.map(({ valve }, index) => [index, valve]));

  for (const [index, why] of await testFall({ generation, wirings })) {
    log(`${name(index)} does not sell: its valve was not seen to fall closed: ${why}`);
    faults[index]?.begin('valve', 'fall');
  }
  const valves = gpioValves(
    { generation, wirings },
    {
      lost(index, why) {
        log(`${name(index)}: the valve's line is lost: ${why}`);
        faults[index]?.begin('valve', 'line');
      },
      held(index) {
        log(`${name(index)}: the valve's line is held closed again`);
        faults[index]?.end('valve', 'line');
      },
    },
  );
  const meters = file.taps.map(({ meter }, index) => {
    const listener = {
      lost(why: string) {
        log(`${name(index)}: the meter is lost: ${why}`);
        faults[index]?.begin('meter', 'meter');
      },
      found() {
        log(`${name(index)}: the meter counts again`);
        faults[index]?.end('meter', 'meter');
      },
    };
    return new GpioMeter({ wiring: meter, generation, listener });
  });
  const readers = new CardReaders({ wirings: file.taps.map(({ reader }) => reader), log });
  const wired = file.taps.map((_, index) => wireTap({ index, valves, meters, readers, faults }));
  const bound = new Map(tap_ids.map((tap_id) => [tap_id, new BoundTap()]));
  log(sayHardware(file, generation));

  return {
    hardwareOf(tap_id) {
      const tap = bound.get(tap_id);
      if (!tap) throw new Error(`no hardware for tap ${tap_id}`);
      return tap;
    },
    onConfig: (config) => bindTaps({ file, bound, wired, log }, config),
    release() {
      for (const meter of meters) meter.close();
      valves.release();
    },
  };
}

function wireTap(parts: {
  index: number;
  valves: Valves;
  meters: readonly GpioMeter[];
  readers: CardReaders;
  faults: readonly Faults[];
}): WiredTap {
  const { index, valves, meters, readers, faults } = parts;
  return {
    pulses: () => meters[index]?.pulses() ?? 0,
    valve: valves.valveOf(index),
    watchReader: (listener) => readers.watch(index, listener),
    unwatchReader: () => readers.unwatch(index),
    watchParts: (listener) => faults[index]?.watch(listener),
  };
}

/** One tap and one entry belong together whatever the number; several find each other by it. */
function bindTaps(
  parts: {
    file: TapFile;
    bound: ReadonlyMap<number, BoundTap>;
    wired: readonly WiredTap[];
    log: (line: string) => void;
  },
  config: NodeConfig,
): void {
  const { file, bound, wired, log } = parts;
  const only = bound.size === 1 && file.taps.length === 1;
  for (const { tap_id, number } of config.taps) {
    const tap = bound.get(tap_id);
    const index = only ? 0 : file.taps.findIndex((entry: TapWiring) => entry.tap === number);
    const entry = wired[index] ?? null;
    if (tap && !entry && tap.wired === null)
      log(`tap ${number} of the till is not in tap.json, so it does not sell here`);
    tap?.bind(entry);
  }
}

function sayHardware({ taps }: TapFile, generation: GpioGeneration): string {
  const lines = taps.map(
    ({ tap, meter, valve }) =>
      `${tap ?? 'tap'}: meter ${meter.chip} ${meter.line}, valve ${valve.chip} ${valve.line}`,
  );
  return `hardware by libgpiod ${generation}: ${lines.join('; ')}`;
}
