import { query, queryOne } from '../../db/query.ts';
import { endLease } from '../../services/endLease.ts';
import { verifyBooks } from '../../services/verifyBooks.ts';
import { countRows } from '../builders.ts';
import { testDatabase } from '../testDatabase.ts';
import type { TestDatabase } from '../testDatabase.ts';
import { judge } from './judge.ts';
import { must } from './must.ts';
import { noteFailure } from './stepList.ts';
import { batchesOf, STEPS, told } from './steps.ts';
import type { Step } from './steps.ts';
import { settleOne } from './tapSteps.ts';
import { enterByHand, leaveNow, openUp, shutDown } from './tillSteps.ts';
import { aPlace, aWorld, count } from './world.ts';
import type { Place, Tally, World } from './world.ts';

export type Run = {
  db: TestDatabase;
  tally: Tally;
  /** false: what a guard that was taken away has broken stands in the way of the end */
  close: boolean;
};
/**
 * A database for many runs. Nothing in it outlives the test, so no commit waits for the disk; who sees what, and in which
 * order, is the same.
 */
export async function modelDatabase(): Promise<TestDatabase> {
  const db = await testDatabase();
  const { name } = await queryOne<{ name: string }>(db.owner, 'SELECT current_database() AS name');
  await query(db.owner, `ALTER DATABASE ${name} SET synchronous_commit = off`);
  return db;
}

/** Worlds in one database before it is emptied: a tap's number has two digits, and the books are verified from their first row. */
const WORLDS_AT_MOST = 15;
const places = new WeakMap<TestDatabase, Place>();

/** One run: new guests, taps and kegs, batch after batch in flight together and judged, then the way to closed and the books. */
export async function runSteps({ db, tally, close }: Run, steps: readonly Step[]): Promise<void> {
  const known = places.get(db);
  const place = known && known.worlds < WORLDS_AT_MOST ? known : await aPlace(db);
  places.set(db, place);
  const world = await aWorld(place, tally);
  let done = 0;
  try {
    for (const batch of batchesOf(steps)) {
      done += batch.length;
      await inFlight(world, batch);
      await judge(world);
    }
    if (!close) return;
    await canClose(world);
    const { broken } = await verifyBooks(world.bar.deps);
    must(broken.length === 0, JSON.stringify(broken));
  } catch (error) {
    noteFailure(steps, done);
    if (close) places.delete(db);
    const says = error instanceof Error ? error.message : String(error);
    throw new Error(`${says}\nafter ${done} of these steps:\n${told(steps)}`, { cause: error });
  }
}

/** All are waited for, whatever becomes of one: the next batch begins when nothing is in flight. */
async function inFlight(world: World, batch: readonly Step[]): Promise<void> {
  count(world.tally, 'batches');
  const outcomes = await Promise.allSettled(batch.map((step) => STEPS[step.what](world, step)));
  for (const [at, outcome] of outcomes.entries()) {
    if (outcome.status === 'rejected') throw outcome.reason;
    count(world.tally, 'steps');
    count(world.tally, `${batch[at]?.what}: ${outcome.value}`);
  }
}

/**
 * Invariant 9: whatever happened, leases end, every grant is entered, the visits and the shift close. What taps report after
 * that moves no money.
 */
async function canClose(world: World): Promise<void> {
  world.tally = {};
  if (!world.shift_open) must((await openUp(world)) === 'accepted', 'the shift does not open');
  for (const attempt of world.attempts) {
    if (!attempt.grant || (attempt.state !== 'open' && attempt.state !== 'orphaned')) continue;
    await endLease(world.bar.deps, attempt.grant.grant_id);
    const entered = await enterByHand(world, attempt, 0);
    must(entered === 'accepted', `a grant has no way out: ${entered}`);
  }
  for (const guest of world.guests) {
    const left = guest.visit_id === null ? 'accepted' : await leaveNow(world, guest, true);
    must(left === 'accepted', `a visit does not close: ${left}`);
  }
  const closed = await shutDown(world);
  must(closed === 'accepted', `the shift does not close: ${closed}`);
  await judge(world);
  const before = await countRows(world.bar, 'ledger_entries');
  for (const attempt of world.attempts)
    if (attempt.reports.length === 0) await settleOne(world, attempt, 123);
  must(before === (await countRows(world.bar, 'ledger_entries')), 'money moved after the Z');
  await judge(world);
}
