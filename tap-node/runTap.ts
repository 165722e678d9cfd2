import { machineClock, machineRandom } from './agent/machineTime.ts';
import { DEFAULT_SCREEN_PORT } from './cli.ts';
import type { Command } from './cli.ts';
import { readTapFile } from './config/tapFile.ts';
import { makeDataFolder } from './dataFolder.ts';
import { realHardware, simulatedHardware } from './hardware/openHardware.ts';
import { SimulatedGuests } from './hardware/simulated/guests.ts';
import { seeded } from './hardware/simulated/seeded.ts';
import { simulationControl } from './hardware/simulated/control.ts';
import type { SimulatedTap } from './hardware/simulated/simulatedTap.ts';
import { openJournal } from './journal/journal.ts';
import { startNode } from './node.ts';
import type { RunningNode } from './node.ts';
import { loadIdentity } from './pairing/identity.ts';
import { startScreenServer } from './screen/screenServer.ts';
import { tellSystemd } from './supervisor.ts';
import { ownTill } from './sync/ownTill.ts';

type RunCommand = Extract<Command, { kind: 'run' }>;

/** What a tap is expected to give after its first order to close; each pour that its limit ends teaches more. */
const FIRST_OVERSHOOT_ML = 15;

const log = (line: string): void => console.log(`${new Date().toISOString()} ${line}`);

/** Runs a node until SIGINT or SIGTERM. */
export async function runTap(command: RunCommand): Promise<void> {
  const file = command.config === null ? null : readTapFile(command.config);
  const screen_port = command.screen_port ?? file?.screen_port ?? DEFAULT_SCREEN_PORT;
  const screen_language = command.language ?? file?.language ?? 'ru';
  makeDataFolder(command.directory);
  const supervisor = tellSystemd(process.env);
  const identity = loadIdentity(command.directory) ?? (await pair());
  if (!identity) return supervisor.stop();
  const { tap_ids } = identity;
  const real = file !== null && command.simulation.taps === null;
  const hardware = real
    ? await realHardware({ file, tap_ids, log })
    : simulatedHardware({ tap_ids, ...command.simulation, log });
  let node: RunningNode | null = null;
  const stateOf = (tap_id: number) => node?.stateOf(tap_id);
  const screen = await startScreenServer({
    port: screen_port,
    clock: machineClock,
    language: screen_language,
    tap_ids,
    stateOf,
    ...(real || (command.simulation.taps === null && !command.simulation.exact)
      ? {}
      : { extra: simulationControl({ taps: hardware.simulated, stateOf }) }),
  });
  const till_url = command.till_url ?? file?.till_url ?? identity.till_url;
  const running = await startNode({
    directory: command.directory,
    tap_ids,
    till: ownTill({ directory: command.directory, till_url, identity }),
    openJournal,
    clock: machineClock,
    random: machineRandom,
    hardwareOf: (tap_id) => hardware.hardwareOf(tap_id),
    overshoot_ml: command.simulation.exact ? 0 : FIRST_OVERSHOOT_ML,
    onConfig: (config) => hardware.onConfig(config),
    onChange: (tap_id) => screen.changed(tap_id),
    log,
  });
  node = running;
  log(
    `guest screen: http://localhost:${screen.port}/ · till: ${till_url} · taps: ${tap_ids.length} (${hardware.what})`,
  );
  supervisor.ready();
  const guests = bringGuests(command, hardware.simulated, stateOf);
  await untilSignalled();
  guests?.stop();
  await running.stop();
  hardware.release();
  await screen.close();
  supervisor.stop();
  // the PC/SC library was seen to hold a process for a minute at its end; everything is written and closed by now
  if (real) process.kill(process.pid, 'SIGTERM');

  /** A tap that waits to be taken in is up: the supervisor must not end it. */
  async function pair() {
    supervisor.ready();
    const { pairTap } = await import('./pairing/pairTap.ts');
    const till_url = command.till_url ?? file?.till_url ?? null;
    return pairTap({ directory: command.directory, till_url, screen_port, language: screen_language, log });
  }
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
