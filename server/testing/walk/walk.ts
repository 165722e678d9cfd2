import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { query, queryOne } from '../../db/query.ts';
import { verifyBooks } from '../../services/verifyBooks.ts';
import { appServer } from '../appServer.ts';
import type { AppServer } from '../appServer.ts';
import { aClock } from '../builders.ts';
import type { TestClock } from '../builders.ts';
import { patiently } from '../patience.ts';
import { testDatabase } from '../testDatabase.ts';
import type { TestDatabase } from '../testDatabase.ts';
import { BAR_STEPS } from './barSteps.ts';
import { closeBar } from './closeBar.ts';
import { GUEST_STEPS } from './guestSteps.ts';
import { morning } from './morning.ts';
import { POUR_STEPS } from './pourSteps.ts';
import type { Pick, Step } from './step.ts';
import { aWalkBar, outcomeOf } from './walkBar.ts';
import type { WalkBar } from './walkBar.ts';

const STEPS: Record<string, Step> = {
  /** What a failing walk is made of when it is made short. */
  rest: async () => 'done',
  ...GUEST_STEPS,
  ...POUR_STEPS,
  ...BAR_STEPS,
};
/** A guest drinks more often than the bar burns. */
const OFTEN: Record<string, number> = {
  openVisit: 5,
  topUp: 4,
  authorise: 14,
  settle: 7,
  settleAgain: 2,
  pourUnsent: 4,
  sync: 2,
  passLease: 5,
  reconcile: 3,
  forceUnlock: 2,
  setFlag: 5,
};
const STEPS_OF_A_WALK = 11;

export type Walk = {
  steps: ({ what: string } & Pick)[];
  /** which node goes off for good, and before which step */
  off: { node: number; at: number };
  end: Pick;
};
const pick = { who: fc.nat(100), which: fc.nat(100), other: fc.nat(100), ml: fc.nat(900) };
const aWalk = fc.record<Walk>({
  steps: fc.array(
    fc.record({
      what: fc.oneof(
        { withCrossShrink: true },
        ...Object.keys(STEPS).map((what) => ({
          arbitrary: fc.constant(what),
          weight: OFTEN[what] ?? 1,
        })),
      ),
      ...pick,
    }),
    { minLength: STEPS_OF_A_WALK, maxLength: STEPS_OF_A_WALK },
  ),
  off: fc.record({ node: fc.nat(1), at: fc.nat(STEPS_OF_A_WALK - 1) }),
  end: fc.record(pick),
});

/** A bar is walked in for a week: what one evening leaves behind is there on the next. */
const WALKS_OF_A_BAR = 5;
const someWalks = fc.array(aWalk, { minLength: WALKS_OF_A_BAR, maxLength: WALKS_OF_A_BAR });

/** Each evening begins like this; what comes of it is the walk's. */
const EVENING = [
  { what: 'openShift', who: 1, which: 0, other: 0, ml: 900 },
  { what: 'openVisit', who: 1, which: 0, other: 1, ml: 7 },
  { what: 'topUp', who: 1, which: 0, other: 1, ml: 500 },
  { what: 'authorise', who: 1, which: 0, other: 0, ml: 1 },
];

/** Tells what each step and each act of the closing came to. */
export async function walk(
  bar: WalkBar,
  { steps, off, end }: Walk,
  tell: (what: string) => void,
): Promise<void> {
  await morning(bar);
  for (const [n, step] of [...EVENING, ...steps].entries()) {
    const node = n - EVENING.length === off.at ? bar.nodes[off.node] : undefined;
    if (node) node.on = false;
    tell(`${step.what}: ${await take(bar, step)}`);
  }
  for (const act of await closeBar(bar, end)) tell(`closing, ${act}`);
  await isClosed(bar);
  await lateReports(bar);
}

async function take(bar: WalkBar, step: Walk['steps'][number]): Promise<string> {
  const run = STEPS[step.what];
  if (!run) throw new Error(`there is no step «${step.what}»`);
  let said: string | undefined;
  const outcome = await outcomeOf(run(bar, step).then((answer) => (said = answer)));
  return outcome === 'done' ? (said ?? NOTHING) : outcome;
}
const NOTHING = 'nothing to do';

async function isClosed({ db, app }: WalkBar): Promise<void> {
  const left = await queryOne(
    db.sequelize,
    `SELECT (SELECT count(*) FROM shifts WHERE state = 'open') AS shifts, (SELECT count(*) FROM visits WHERE state = 'active') AS visits,
       (SELECT count(*) FROM grants WHERE state IN ('open', 'orphaned')) AS grants, (SELECT count(*) FROM pours WHERE sync_status = 'pending_sync') AS pending`,
  );
  expect(left).toEqual({ shifts: 0, visits: 0, grants: 0, pending: 0 });
  expect((await verifyBooks(app.deps)).broken).toEqual([]);
}

/** What nodes still had to send comes after the Z: kegs move, money does not. */
async function lateReports({ db, app, nodes }: WalkBar): Promise<void> {
  const late = nodes.filter(({ on, queue }) => on && queue.length > 0);
  if (late.length === 0) return;
  const entries = () => query(db.sequelize, 'SELECT max(id) AS id FROM ledger_entries');
  const before = await entries();
  for (const node of late) await node.sync();
  expect(await entries()).toEqual(before);
  expect((await verifyBooks(app.deps)).broken).toEqual([]);
}

/** `TAPTILL_WALKS`: of each file; `TAPTILL_WALK_SEED`: other ones; `TAPTILL_WALK_SHORTEN=1`: a failing walk is made short first. */
const COUNT = Number(process.env['TAPTILL_WALKS'] ?? 250);
const SEED = Number(process.env['TAPTILL_WALK_SEED'] ?? 20261124);
const SHORTEN = process.env['TAPTILL_WALK_SHORTEN'] === '1';

/** A file's share of the walks. */
export function walks(share: number): void {
  let db: TestDatabase;
  let server: AppServer;
  let clock: TestClock;
  beforeAll(async () => {
    const own = await testDatabase();
    db = { ...own, sequelize: patiently(own) };
    clock = { ...aClock(), now: () => new Date() };
    server = await appServer(db, { clock });
  });
  afterAll(async () => {
    await server.close();
    await db.sequelize.close();
    await db.drop();
  });

  it(
    'invariant 9: whatever people, nodes and flags did, a shift lead closes every visit and the shift',
    async () => {
      const all = new Map<string, number>();
      const evening = async (bar: WalkBar, one: Walk) => {
        const told: string[] = [];
        try {
          await walk(bar, one, (what) => told.push(what));
        } catch (error) {
          const seed = `TAPTILL_WALK_SEED=${SEED}, share ${share}`;
          const failures = JSON.stringify(server.unexpected);
          throw new Error(`${seed}, after:\n${told.join('\n')}\n${String(error)}\n${failures}`, {
            cause: error,
          });
        }
        for (const what of told) all.set(what, (all.get(what) ?? 0) + 1);
      };
      await fc.assert(
        fc.asyncProperty(someWalks, async (evenings) => {
          const bar = await aWalkBar({ db, app: server.app, clock });
          for (const one of evenings) await evening(bar, one);
          expect(server.unexpected.splice(0)).toEqual([]);
        }),
        { numRuns: Math.ceil(COUNT / WALKS_OF_A_BAR), seed: SEED + share, endOnFailure: !SHORTEN },
      );
      const never = neverTaken(all);
      if (COUNT >= 250) expect(never.length, never.join()).toBeLessThanOrEqual(RARE);
    },
    40 * 60_000,
  );
}

/** Walks in which things are never done say nothing about them; some need more luck than others: a debt, a tap without a keg. */
const RARE = 8;
function neverTaken(all: ReadonlyMap<string, number>): string[] {
  const taken = new Set(
    [...all.keys()].filter((told) => EFFECTS.test(told)).map((told) => told.split(':')[0]),
  );
  return Object.keys(STEPS).filter((step) => !taken.has(step));
}
const EFFECTS = /: (done|accepted|duplicate|quarantined|late_sync_\w+|released|stopped|session\.wrong_pin)$/;
