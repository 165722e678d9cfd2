import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { phaseOf } from './agent/state.ts';
import { seeded } from './hardware/simulated/seeded.ts';
import { SimulatedTap } from './hardware/simulated/simulatedTap.ts';
import type { Journal } from './journal/journal.ts';
import { openJournalHere } from './journal/journalHere.ts';
import { startNode } from './node.ts';
import type { RunningNode } from './node.ts';
import { FakeTill, grantOf } from '#tap-node/testing/fakeTill';
import { TAP_ID, UID } from '#tap-node/testing/tapFixture';
import { VirtualTime } from '#tap-node/testing/virtualTime';

/* A whole node over virtual time: real agents, real journal, simulated hardware, a till that does as it is told. */

let directory: string;
let time: VirtualTime;
let till: FakeTill;
let tap: SimulatedTap;
let node: RunningNode | null = null;
let valves: string[];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'taptill-node-'));
  till = new FakeTill();
});
afterEach(async () => {
  await node?.cut();
  node = null;
  rmSync(directory, { recursive: true, force: true });
});

async function start(seed = 1, wrap: (journal: Journal) => Journal = (journal) => journal): Promise<void> {
  time = new VirtualTime();
  valves = [];
  const valve = {
    open: () => Promise.resolve(void valves.push('open')),
    close: () => Promise.resolve(void valves.push('close')),
  };
  tap = new SimulatedTap({ clock: time, random: seeded(seed), valve, exact: true });
  node = await startNode({
    directory,
    tap_ids: [TAP_ID],
    till,
    openJournal: async (...args) => {
      const { journal, opened } = await openJournalHere(() => time.wall())(...args);
      return { journal: wrap(journal), opened };
    },
    clock: time,
    random: seeded(seed),
    hardwareOf: () => tap,
    overshoot_ml: 0,
    onConfig: (config) => tap.calibrate(config.taps[0]?.pulses_per_litre ?? 1),
    onChange: () => undefined,
    log: () => undefined,
  });
  await pass(500);
}

const pass = (ms: number): Promise<void> => time.pass(ms);

const state = () => {
  const now = node?.stateOf(TAP_ID);
  if (!now) throw new Error('no tap');
  return now;
};

async function pourAndLift(ml: number): Promise<void> {
  tap.lay(UID);
  await pass(300);
  expect(phaseOf(state())).toBe('pouring');
  tap.pour(ml, 100);
  await pass(ml * 10 + 200);
  tap.remove();
  await pass(1_500);
}

describe('a node and its till', () => {
  it('closes the valve before anything else, then says hello', async () => {
    await start();
    expect(valves).toEqual(['close']);
    expect(till.hellos).toHaveLength(1);
    expect(phaseOf(state())).toBe('idle');
  });

  it('reports a pour once, with the facts that it journalled', async () => {
    await start();
    await pourAndLift(330);
    expect(till.reports).toHaveLength(1);
    expect(till.reports[0]).toMatchObject({
      metered_ml: 330,
      seq: 1,
      end_reason: 'card_removed',
      attempt: 1,
      offline: false,
    });
    expect(phaseOf(state())).toBe('idle');
  });

  it('what ran past the closed valve before the pour is nobody’s, however lately the meter was read', async () => {
    await start();
    await pass(1_050);
    tap.leak(30);
    await pass(400);
    await pourAndLift(200);
    await pass(2_000);
    expect(till.reports.map(({ metered_ml }) => metered_ml)).toEqual([200]);
  });

  it('opens nothing while the till is away, and says so after five seconds', async () => {
    await start();
    till.away = true;
    await pass(8_000);
    expect(phaseOf(state())).toBe('offline');
    tap.lay(UID);
    await pass(2_000);
    expect(valves).not.toContain('open');
    expect(state().card?.used).toBe(false);
    till.away = false;
    await pass(8_000);
    expect(phaseOf(state())).toBe('pouring');
  });

  it('keeps a pour of a lost connection until its verdict, and shows the code no earlier than the lease', async () => {
    await start();
    tap.lay(UID);
    await pass(300);
    till.away = true;
    tap.pour(200, 100);
    await pass(2_500);
    tap.remove();
    await pass(2_000);
    expect(phaseOf(state())).toBe('processing_sync');
    const [pour] = state().unsynced;
    expect(pour?.code_at).toBeGreaterThanOrEqual(140_000);
    await pass(150_000);
    expect(time.monotonic()).toBeGreaterThan(pour?.code_at ?? 0);
    till.away = false;
    await pass(12_000);
    expect(state().unsynced).toEqual([]);
    expect([...till.settled.values()]).toEqual([1]);
    expect(till.reports.at(-1)).toMatchObject({ metered_ml: 200, offline: true });
  });

  it('sends again what was booked but not answered, with the same facts and another age', async () => {
    await start();
    tap.lay(UID);
    await pass(300);
    tap.pour(200, 100);
    await pass(2_500);
    till.lose_replies = true;
    tap.remove();
    await pass(4_000);
    till.lose_replies = false;
    await pass(12_000);
    expect(till.reports.length).toBeGreaterThan(1);
    const facts = till.reports.map(({ age_ms: _age, attempt: _attempt, offline: _offline, ...rest }) => rest);
    expect(new Set(facts.map((one) => JSON.stringify(one))).size).toBe(1);
    expect(new Set(till.reports.map(({ age_ms }) => age_ms)).size).toBe(till.reports.length);
    expect(state().unsynced).toEqual([]);
  });

  it('counts its presentations from its boot, and a question that is sent again has the same number (H28)', async () => {
    await start();
    till.lose_replies = true;
    tap.lay(UID);
    await pass(1_500);
    till.lose_replies = false;
    await pass(3_000);
    tap.remove();
    await pass(3_000);
    await pourAndLift(100);
    const numbers = till.asked.map(({ client_tx_id, presentation }) => `${client_tx_id} ${presentation}`);
    expect(numbers.length).toBeGreaterThan(2);
    const [first, last] = [till.asked[0], till.asked.at(-1)];
    expect([...new Set(numbers)]).toEqual([`${first?.client_tx_id} 1`, `${last?.client_tx_id} 2`]);
  });

  it('gives a restored till every row above its mark again (H23)', async () => {
    await start();
    await pourAndLift(100);
    await pourAndLift(120);
    expect(till.reports).toHaveLength(2);
    till.incarnation = 'incarnation-2';
    till.marks.set(TAP_ID, 1);
    till.config_version = 'v2';
    await pass(6_000);
    expect(till.reports.map(({ seq }) => seq)).toEqual([1, 2, 2]);
  });

  it('a pour under way when the process ends is reported as power loss after the restart', async () => {
    await start();
    tap.lay(UID);
    await pass(300);
    tap.pour(500, 100);
    await pass(2_600);
    await node?.cut();
    await start(2);
    await pass(2_000);
    expect(till.reports).toHaveLength(1);
    expect(till.reports[0]).toMatchObject({ end_reason: 'power_loss', age_ms: null });
    expect(till.reports[0]?.metered_ml).toBeGreaterThanOrEqual(150);
    expect(till.reports[0]?.boot_id).toBe(till.hellos[0]?.boot_id);
    expect(till.hellos.at(-1)?.journal_id).toBe(till.hellos[0]?.journal_id);
  });

  it('told to stop in mid-pour it ends the pour properly: no power loss, nothing left to find', async () => {
    await start();
    tap.lay(UID);
    await pass(300);
    tap.pour(500, 100);
    await pass(2_000);
    let stopped = false;
    const stopping = node?.stop().then(() => (stopped = true));
    for (let i = 0; i < 100 && !stopped; i++) await pass(50);
    await stopping;
    node = null;
    await start(2);
    await pass(2_000);
    expect([...till.settled.values()]).toHaveLength(1);
    expect(till.reports.at(-1)).toMatchObject({ end_reason: 'stopped', metered_ml: 200 });
  });

  it('a disk that takes 800 ms per commit delays the opening, never the closing', async () => {
    await start(1, (journal) => {
      const slow = () => new Promise<void>((done) => void time.after(800, done));
      return {
        ...journal,
        intent: async (...args) => (await slow(), journal.intent(...args)),
        checkpoint: async (...args) => (await slow(), journal.checkpoint(...args)),
      };
    });
    tap.lay(UID);
    await pass(700);
    expect(valves).toEqual(['close']);
    await pass(200);
    expect(valves).toEqual(['close', 'open']);
    tap.pour(500, 100);
    await pass(1_000);
    expect(state().pour?.checkpoint.writing).toBe(true);
    tap.remove();
    expect(valves).toEqual(['close', 'open', 'close']);
  });

  it('a pushed stop closes the valve and is acknowledged with the next heartbeat', async () => {
    await start();
    tap.lay(UID);
    await pass(300);
    const grant_id = grantOf(state().pour?.grant.client_tx_id ?? '');
    till.push({ kind: 'stop_grant', grant_id });
    expect(valves.at(-1)).toBe('close');
    await pass(2_500);
    expect(till.beats.flatMap((beat) => beat.stops_acknowledged)).toEqual([grant_id]);
  });

  it('a stop that was never pushed comes with the heartbeat', async () => {
    await start();
    tap.lay(UID);
    await pass(300);
    till.stop_grants = [grantOf(state().pour?.grant.client_tx_id ?? '')];
    await pass(2_500);
    expect(state().pour).toBeNull();
    expect(valves.at(-1)).toBe('close');
  });

  it('the emergency stop and its end reach a tap by the heartbeat alone', async () => {
    await start();
    till.emergency_stop = true;
    await pass(2_500);
    expect(phaseOf(state())).toBe('emergency_stop');
    till.emergency_stop = false;
    await pass(2_500);
    expect(phaseOf(state())).toBe('idle');
  });

  it('an attempt given up is cancelled until the till has heard it', async () => {
    await start();
    till.away = true;
    tap.lay(UID);
    await pass(11_000);
    till.away = false;
    await pass(15_000);
    expect(till.cancels).toHaveLength(1);
    expect(valves).not.toContain('open');
  });
});
