import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeTill } from '#tap-node/testing/fakeTill';
import { TAP_ID, UID } from '#tap-node/testing/tapFixture';
import { VirtualTime } from '#tap-node/testing/virtualTime';
import { phaseOf } from './agent/state.ts';
import { seeded } from './hardware/simulated/seeded.ts';
import { SimulatedTap } from './hardware/simulated/simulatedTap.ts';
import { openJournalHere } from './journal/journalHere.ts';
import { startNode } from './node.ts';
import type { RunningNode } from './node.ts';

/* H27: two databases that began as one answer at the same address. The node keeps to the younger of them. */
let directory: string;
let time: VirtualTime;
let till: FakeTill;
let tap: SimulatedTap;
let node: RunningNode | null = null;
let opened: number;

const FIRST = { incarnation: 'life-1', generation: 1, commit_mark: 100 };
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'taptill-two-'));
  till = new FakeTill();
  till.life = FIRST;
  await start();
});
afterEach(async () => {
  await node?.cut();
  rmSync(directory, { recursive: true, force: true });
});

async function start(seed = 1): Promise<void> {
  time = new VirtualTime();
  opened = 0;
  const valve = { open: () => Promise.resolve(void opened++), close: () => Promise.resolve() };
  tap = new SimulatedTap({ clock: time, random: seeded(seed), valve, exact: true });
  node = await startNode({
    directory,
    tap_ids: [TAP_ID],
    till,
    openJournal: openJournalHere(() => time.wall()),
    clock: time,
    random: seeded(seed),
    hardwareOf: () => tap,
    overshoot_ml: 0,
    onConfig: (config) => tap.calibrate(config.taps[0]?.pulses_per_litre ?? 1),
    onChange: () => undefined,
    log: () => undefined,
  });
  await time.pass(500);
}

const phase = () => {
  const state = node?.stateOf(TAP_ID);
  return state && phaseOf(state);
};

async function pourAndLift(ml: number): Promise<void> {
  tap.lay(UID);
  await time.pass(300);
  tap.pour(ml, 100);
  await time.pass(ml * 10 + 200);
  tap.remove();
  await time.pass(1_500);
}

describe('H27', () => {
  it.each([
    ['a copy that knows less', { ...FIRST, commit_mark: 99 }],
    ['the till of an earlier life', { incarnation: 'life-0', generation: 0, commit_mark: 900 }],
    ['another till of the same generation', { ...FIRST, incarnation: 'life-x', commit_mark: 900 }],
  ])('%s: its grant opens no valve, and the tap has no till', async (_, other) => {
    till.life = other;
    await pourAndLift(100);
    expect(opened).toBe(0);
    await time.pass(9_000);
    expect(phase()).toBe('offline');
  });

  it('what an older till would get is kept over a restart, and goes to the one that was restored', async () => {
    tap.lay(UID);
    await time.pass(300);
    tap.pour(100, 100);
    await time.pass(700);
    till.life = { ...FIRST, commit_mark: 7 };
    await time.pass(2_500);
    tap.remove();
    await time.pass(9_000);
    expect(till.reports).toEqual([]);
    await node?.cut();
    await start(2);
    await time.pass(9_000);
    expect(phase()).toBe('processing_sync');
    expect(till.reports).toEqual([]);
    till.life = { incarnation: 'life-2', generation: 2, commit_mark: 1 };
    await time.pass(12_000);
    expect(till.reports).toMatchObject([{ metered_ml: 100 }]);
    expect(phase()).toBe('idle');
  });

  it('marks grow, a restored till is younger whatever its mark, and a till that says none is heard as before', async () => {
    till.life = { ...FIRST, commit_mark: 101 };
    await pourAndLift(100);
    till.life = { incarnation: 'life-2', generation: 2, commit_mark: 1 };
    await pourAndLift(100);
    till.life = null;
    await pourAndLift(100);
    expect([opened, till.settled.size]).toEqual([3, 3]);
  });
});
