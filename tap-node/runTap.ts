import { machineClock, machineRandom } from './agent/machineTime.ts';
import type { Command } from './cli.ts';
import { SimulatedGuests } from './hardware/simulated/guests.ts';
import { seeded } from './hardware/simulated/seeded.ts';
import { simulationControl } from './hardware/simulated/control.ts';
import { SimulatedTap } from './hardware/simulated/simulatedTap.ts';
import { recordedValves, unrecordedValves } from './hardware/valves.ts';
import type { Valves } from './hardware/valves.ts';
import { openJournal } from './journal/journal.ts';
import { startNode } from './node.ts';
import type { RunningNode } from './node.ts';
import { loadIdentity } from './pairing/identity.ts';
import type { Identity } from './pairing/identity.ts';
import { startScreenServer } from './screen/screenServer.ts';
import { connectLan, trpcTill } from './sync/trpcTill.ts';

type RunCommand = Extract<Command, { kind: 'run' }>;

/** What a tap is expected to give after its first order to close; each pour that its limit ends teaches more. */
const FIRST_OVERSHOOT_ML = 15;

const log = (line: string): void => console.log(`${new Date().toISOString()} ${line}`);

/** Runs an enrolled node until SIGINT or SIGTERM. */
export async function runTap(command: RunCommand): Promise<void> {
  const identity = loadIdentity(command.directory);
  if (!identity)
    throw new Error(
      `This node is not enrolled yet (${command.directory}): take a code from the till and run \`npm run tap -- --enrol CODE --till https://HOST:8766\`.`,
    );
  const taps = simulatedTaps(command, identity);
  let node: RunningNode | null = null;
  const stateOf = (tap_id: number) => node?.stateOf(tap_id);
  const screen = await startScreenServer({
    port: command.screen_port,
    clock: machineClock,
    language: command.language,
    tap_ids: identity.tap_ids,
    stateOf,
    ...(command.simulation.taps === null && !command.simulation.exact
      ? {}
      : { extra: simulationControl({ taps: taps.simulated, stateOf }) }),
  });
  const { key, certificate, ca } = identity;
  const till_url = command.till_url ?? identity.till_url;
  const running = await startNode({
    directory: command.directory,
    tap_ids: identity.tap_ids,
    till: trpcTill(connectLan({ till_url, ca, client: { key, certificate } })),
    openJournal,
    clock: machineClock,
    random: machineRandom,
    hardwareOf: (tap_id) => taps.of(tap_id),
    overshoot_ml: command.simulation.exact ? 0 : FIRST_OVERSHOOT_ML,
    onConfig(config) {
      for (const { tap_id, pulses_per_litre } of config.taps)
        taps.simulated.get(tap_id)?.calibrate(pulses_per_litre);
    },
    onChange: (tap_id) => screen.changed(tap_id),
    log,
  });
  node = running;
  log(
    `guest screen: http://localhost:${screen.port}/ · till: ${till_url} · taps: ${identity.tap_ids.length} (simulated hardware)`,
  );
  const guests = bringGuests(command, taps.simulated, stateOf);
  await untilSignalled();
  guests?.stop();
  await running.stop();
  taps.valves.release();
  await screen.close();
}

function simulatedTaps(command: RunCommand, identity: Identity) {
  const { seed, exact } = command.simulation;
  const record = process.env['TAPTILL_VALVE_LOG'];
  const valves: Valves = record
    ? recordedValves(record, (problem) => log(`the valves fell closed: ${problem.message}`))
    : unrecordedValves();
  const simulated = new Map(
    identity.tap_ids.map((tap_id) => [
      tap_id,
      new SimulatedTap({
        clock: machineClock,
        random: seeded(seed * 1000 + tap_id),
        valve: valves.valveOf(tap_id),
        exact,
      }),
    ]),
  );
  const of = (tap_id: number): SimulatedTap => {
    const tap = simulated.get(tap_id);
    if (!tap) throw new Error(`no hardware for tap ${tap_id}`);
    return tap;
  };
  return { valves, simulated, of };
}

function bringGuests(
  command: RunCommand,
  taps: ReadonlyMap<number, SimulatedTap>,
  stateOf: (tap_id: number) => ReturnType<RunningNode['stateOf']>,
): SimulatedGuests | null {
  const { taps: count, cards, seed } = command.simulation;
  if (!count || cards.length === 0) return null;
  const guests = new SimulatedGuests({ clock: machineClock, random: seeded(seed), cards, stateOf });
  for (const [tap_id, tap] of [...taps].slice(0, count)) void guests.serve(tap_id, tap);
  return guests;
}

function untilSignalled(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
}
