import { join } from 'node:path';
import type { NodeConfig } from '#domain/protocol/node';
import { makeDataFolder } from './dataFolder.ts';
import type { Clock, Random } from './agent/clock.ts';
import { startState } from './agent/state.ts';
import type { TapState, UnsyncedPour } from './agent/state.ts';
import { TapAgent } from './agent/tapAgent.ts';
import type { TapHardware } from './hardware/ports.ts';
import type { Journal, OpenJournal } from './journal/journal.ts';
import type { FinishedPour, Opened } from './journal/rows.ts';
import { knownTill } from './sync/knownTill.ts';
import { Session } from './sync/session.ts';
import type { NodeTap } from './sync/session.ts';
import { SettleQueue } from './sync/settleQueue.ts';
import type { Till } from './sync/till.ts';

export const SOFTWARE = 'taptill tap-node 0.1.0';
/** The till's lease by default; a recovered pour shows its code no earlier than this after the start. */
const LEASE_MS = 140_000;

export type NodeOptions = {
  readonly directory: string;
  readonly tap_ids: readonly number[];
  readonly till: Till;
  readonly openJournal: OpenJournal;
  readonly clock: Clock;
  readonly random: Random;
  readonly hardwareOf: (tap_id: number) => TapHardware;
  /** what is expected to flow on after the first order to close */
  readonly overshoot_ml: number;
  readonly onConfig: (config: NodeConfig) => void;
  readonly onChange: (tap_id: number, state: TapState) => void;
  readonly log: (line: string) => void;
};

export type RunningNode = {
  stateOf(tap_id: number): TapState | undefined;
  /** closes the valves, ends and journals what is under way, and goes */
  stop(): Promise<void>;
  /** goes without a word, as in a power cut: what is under way is found at the next start */
  cut(): Promise<void>;
};

/** Valves closed first, then the journal, then the till: the order in which a node comes back from anything. */
export async function startNode(options: NodeOptions): Promise<RunningNode> {
  const { clock, random, log } = options;
  const hardware = new Map(options.tap_ids.map((tap_id) => [tap_id, options.hardwareOf(tap_id)]));
  await Promise.all([...hardware.values()].map((tap) => tap.valve.close()));

  const boot_id = random.hex(16);
  makeDataFolder(options.directory);
  const taps = new Map<number, NodeTap>();
  const { journal, opened } = await options.openJournal(
    { file: join(options.directory, 'journal.sqlite'), boot_id },
    (problem) => {
      log(`the journal is gone: ${problem.message}`);
      for (const { agent } of taps.values()) agent.dispatch({ kind: 'fault', fault: 'journal' });
    },
  );
  reportOpened(opened, log);

  const till = knownTill({ till: options.till, journal, clock, known: opened.till, log });
  const build: Build = {
    options: { ...options, till },
    journal,
    opened,
    boot_id,
    taps,
    totals: new Map(),
    session: () => session,
  };
  for (const [tap_id, tap] of hardware) taps.set(tap_id, buildTap(build, tap_id, tap));
  const session = new Session({
    till,
    journal,
    clock,
    random,
    boot_id,
    journal_id: opened.journal_id,
    software: SOFTWARE,
    taps,
    onConfig: options.onConfig,
    log,
  });
  for (const { agent } of taps.values()) agent.start();
  for (const pour of opened.unsynced)
    taps.get(pour.tap_id)?.queue.add(pour, { ended_at: null, offline: true });
  for (const flow of opened.flows) taps.get(flow.tap_id)?.agent.resumeFlow(flow);
  session.start();

  const parts = { session, taps, hardware, journal, till: options.till };
  return {
    stateOf: (tap_id) => taps.get(tap_id)?.agent.state,
    async stop() {
      await comeToRest(taps, clock);
      await cutNode(parts);
    },
    cut: () => cutNode(parts),
  };
}

type Build = {
  readonly options: NodeOptions;
  readonly journal: Journal;
  readonly opened: Opened;
  readonly boot_id: string;
  readonly taps: Map<number, NodeTap>;
  readonly totals: Map<number, number>;
  readonly session: () => Session;
};

function buildTap(build: Build, tap_id: number, hardware: TapHardware): NodeTap {
  const { options, journal, opened, boot_id, totals } = build;
  const { clock, random, till, log } = options;
  totals.set(tap_id, opened.marks.find((mark) => mark.tap_id === tap_id)?.meter_total_ml ?? 0);
  const queue = new SettleQueue({
    till,
    journal,
    clock,
    random,
    journal_id: opened.journal_id,
    onVerdict: (client_tx_id) => agent.dispatch({ kind: 'verdict', client_tx_id }),
    log,
  });
  const unsynced = opened.unsynced
    .filter((pour) => pour.tap_id === tap_id)
    .map((pour) => unsyncedOf(pour, clock.monotonic() + LEASE_MS));
  const agent = new TapAgent(
    {
      clock,
      random,
      hardware,
      till,
      journal,
      onFinished(pour, how) {
        totals.set(tap_id, (totals.get(tap_id) ?? 0) + pour.end.ml);
        queue.add(pour, how);
      },
      onStopAcknowledged: (grant_id) => build.session().acknowledgeStop(grant_id),
      onChange: (state) => options.onChange(tap_id, state),
      log: (line) => log(`tap ${tap_id}: ${line}`),
    },
    startState({ tap_id, boot_id, unsynced, overshoot_ml: options.overshoot_ml }),
  );
  return { agent, queue, total_ml: () => totals.get(tap_id) ?? 0 };
}

function unsyncedOf(pour: FinishedPour, code_at: number): UnsyncedPour {
  const { grant_id, short_id, price_minor_per_litre } = pour.intent;
  const { client_tx_id, end } = pour;
  return { client_tx_id, grant_id, short_id, price_minor_per_litre, ml: end.ml, language: null, code_at };
}

function reportOpened(opened: Opened, log: (line: string) => void): void {
  if (opened.damage) log(opened.damage);
  for (const client_tx_id of opened.recovered)
    log(`a power cut ended pour ${client_tx_id}; it will be reported so`);
}

const REST_MS = 4_000;

/** No valve stays open and no card stays locked because somebody restarts the node. */
async function comeToRest(taps: ReadonlyMap<number, NodeTap>, clock: Clock): Promise<void> {
  for (const { agent } of taps.values()) agent.dispatch({ kind: 'emergency_stop', on: true });
  const until = clock.monotonic() + REST_MS;
  const isBusy = ({ pour, attempt, cancelling }: TapState) =>
    pour !== null || attempt !== null || cancelling.length > 0;
  while (clock.monotonic() < until && [...taps.values()].some(({ agent }) => isBusy(agent.state)))
    await new Promise<void>((wake) => void clock.after(20, wake));
}

async function cutNode(parts: {
  session: Session;
  taps: ReadonlyMap<number, NodeTap>;
  hardware: ReadonlyMap<number, TapHardware>;
  journal: Journal;
  till: Till;
}): Promise<void> {
  parts.session.stop();
  for (const { agent, queue } of parts.taps.values()) {
    agent.stop();
    queue.close();
  }
  await Promise.all([...parts.hardware.values()].map((tap) => tap.valve.close()));
  await parts.till.close();
  await parts.journal.close();
}
