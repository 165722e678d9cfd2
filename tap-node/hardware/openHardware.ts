import type { NodeConfig } from '#domain/protocol/node';
import { machineClock } from '#tap-node/agent/machineTime';
import type { TapFile } from '#tap-node/config/tapFile';
import type { TapHardware } from './ports.ts';
import { SimulatedTap } from './simulated/simulatedTap.ts';
import { seeded } from './simulated/seeded.ts';
import { recordedValves, unrecordedValves } from './valves.ts';

export type Hardware = {
  readonly what: string;
  hardwareOf(tap_id: number): TapHardware;
  onConfig(config: NodeConfig): void;
  release(): void;
  /** the taps that hands from outside may move; none on a real machine */
  readonly simulated: ReadonlyMap<number, SimulatedTap>;
};

/** Drivers of this machine, as tap.json says. They are loaded only here: a simulation needs no card reader's library. */
export async function realHardware(options: {
  file: TapFile;
  tap_ids: readonly number[];
  log: (line: string) => void;
}): Promise<Hardware> {
  const { openPiHardware } = await import('./pi/piHardware.ts');
  return { what: 'hardware as in tap.json', simulated: new Map(), ...(await openPiHardware(options)) };
}

export function simulatedHardware(options: {
  tap_ids: readonly number[];
  seed: number;
  exact: boolean;
  log: (line: string) => void;
}): Hardware {
  const { tap_ids, seed, exact, log } = options;
  const record = process.env['TAPTILL_VALVE_LOG'];
  const valves = record
    ? recordedValves(record, (problem) => log(`the valves fell closed: ${problem.message}`))
    : unrecordedValves();
  const simulated = new Map(
    tap_ids.map((tap_id) => [
      tap_id,
      new SimulatedTap({
        clock: machineClock,
        random: seeded(seed * 1000 + tap_id),
        valve: valves.valveOf(tap_id),
        exact,
      }),
    ]),
  );
  const built = new Set<number>();
  return {
    what: 'simulated hardware',
    simulated,
    hardwareOf(tap_id) {
      const tap = simulated.get(tap_id);
      if (!tap) throw new Error(`no hardware for tap ${tap_id}`);
      return tap;
    },
    // A meter is what it is: the till's first word says what this one is taken for, a later one does not change it.
    onConfig(config) {
      for (const { tap_id, pulses_per_litre } of config.taps) {
        if (!built.has(tap_id)) simulated.get(tap_id)?.calibrate(pulses_per_litre);
        built.add(tap_id);
      }
    },
    release: () => valves.release(),
  };
}
