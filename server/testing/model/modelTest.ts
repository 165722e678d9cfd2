import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { queryOne } from '../../db/query.ts';
import type { TestDatabase } from '../testDatabase.ts';
import { modelDatabase, runSteps } from './runSteps.ts';
import { stepList } from './stepList.ts';
import type { Tally } from './world.ts';

/** What the environment asks for instead of what `npm test` runs: docs/INVARIANTS.md. */
const asked = (name: string, otherwise: number) => Number(process.env[`TAPTILL_MODEL_${name}`] ?? otherwise);

/** What must have been reached, in each file by itself: a case that no run comes to is not tested. */
const CASES = [
  'late sync after reconcile',
  'orphaned then settled',
  'replace during a pour',
  'overrun beside another',
];
const COMMANDS = [
  ...['authorise', 'settle', 'redeliver', 'changeKeg', 'endLease', 'lastOrders'].map(
    (step) => `${step}: accepted`,
  ),
  ...['visit.topUp', 'visit.refund', 'visit.forceUnlock', 'visit.reportLost', 'visit.issueCard'],
  ...['visit.replaceCard', 'visit.open', 'visit.close', 'pour.reconcile', 'keg.change'],
  ...['shift.open', 'shift.close', 'cancel: accepted'],
  ...['askOtherwise: conflict', 'otherBody: request.conflict', 'otherFacts: quarantined'],
];
const STEPS_OF_A_RUN = { minLength: 30, maxLength: 36 };

/**
 * Guests, nodes, cashiers and the network, three of them at once: whatever they do, what they are answered and what the books
 * hold fit together, and the bar can close. `part`: two files never run from the same seed.
 */
export function modelTest(at: { seed: number; part: number; runs: number }): void {
  const runs = asked('RUNS', at.runs);
  const seed = asked('SEED', at.seed) + at.part;
  const tally: Tally = {};
  const times = (what: string) => tally[what] ?? 0;
  let db: TestDatabase;
  beforeAll(async () => {
    db = await modelDatabase();
  });
  afterAll(async () => {
    if (process.env['TAPTILL_MODEL_TALLY']) console.log(Object.entries(tally).sort().join('\n'));
    await db.drop();
  });

  it(`invariants 1 to 4 and 6 to 11 hold in ${runs} runs from seed ${seed}, three callers at once`, async () => {
    await fc.assert(
      fc.asyncProperty(stepList(STEPS_OF_A_RUN), (steps) => runSteps({ db, tally, close: true }, steps)),
      { numRuns: runs, seed, endOnFailure: process.env['TAPTILL_MODEL_SHORTEN'] === 'off' },
    );
  }, 1_800_000);

  it('no two units wait for each other: the locks have one order', async () => {
    const { deadlocks } = await queryOne<{ deadlocks: number }>(
      db.owner,
      'SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()',
    );
    expect(deadlocks).toBe(0);
  });

  it.skipIf(runs < at.runs)('they were of thirty steps, three in flight, with every case and command', () => {
    expect(times('steps')).toBeGreaterThanOrEqual(30 * runs);
    expect(times('steps') / times('batches')).toBeGreaterThanOrEqual(3);
    for (const what of CASES) expect(times(what), what).toBeGreaterThanOrEqual(20);
    for (const what of COMMANDS) expect(times(what), what).toBeGreaterThanOrEqual(3);
  });
}
