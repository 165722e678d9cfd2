import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type {} from '#server/testing/globalSetup';
import type { TestDatabase } from '#server/testing/cloneDatabase';
import { runSeed } from './runSeed.ts';
import { simDatabase } from './simDatabase.ts';
import { addUp, describeFailure, STEPS } from './tally.ts';

const SEEDS = 100;

let db: TestDatabase;
beforeAll(async () => {
  db = await simDatabase(inject('testCluster'));
});
afterAll(() => db.drop());

describe('the whole bar over virtual time', () => {
  it('a seed replays identically, on another database too, and another seed does not', async () => {
    const other = await simDatabase(inject('testCluster'));
    try {
      const first = await runSeed({ db, seed: 4, steps: STEPS });
      const again = await runSeed({ db: other, seed: 4, steps: STEPS });
      expect(again.hash).toBe(first.hash);
      expect((await runSeed({ db: other, seed: 5, steps: STEPS })).hash).not.toBe(first.hash);
    } finally {
      await other.drop();
    }
  });

  it(`G1: ${SEEDS} evenings with faults: nothing charged twice, nothing acknowledged lost, no balance below zero, one valve for one visit, and all can close`, async () => {
    const totals = new Map<string, number>();
    const failed: string[] = [];
    for (let seed = 1; seed <= SEEDS; seed++) {
      const result = await runSeed({ db, seed, steps: STEPS });
      addUp(totals, result.counts);
      if (result.violations.length > 0) failed.push(describeFailure(result));
    }
    expect(failed).toEqual([]);
    // What must have come up for the rest to mean something.
    for (const seen of MUST_COME_UP) expect(totals.get(seen) ?? 0, seen).toBeGreaterThanOrEqual(SEEDS / 10);
  });
});

const MUST_COME_UP = [
  'pours',
  'power cut',
  'till restarted',
  'link cut',
  'reply lost',
  'request duplicated',
  'reconcile',
  'force unlock',
  'replace card',
  'report lost',
  'lease ended',
  'late sync',
  'verdict duplicate',
  'SD card image',
  'SD card empty',
  'close shift',
  'change keg',
  'refund',
];
