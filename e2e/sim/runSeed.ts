import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { query } from '#server/db/query';
import type { TestDatabase } from '#server/testing/cloneDatabase';
import { judge } from './checker.ts';
import { endEvening } from './ending.ts';
import { runSchedule } from './schedule.ts';
import { buildWorld } from './world.ts';
import type { Planted } from './world.ts';

export type SeedOptions = {
  readonly db: TestDatabase;
  readonly seed: number;
  readonly steps: number;
  readonly planted?: Planted;
  readonly print?: (line: string) => void;
};
export type SeedResult = {
  readonly seed: number;
  readonly steps: number;
  readonly violations: readonly string[];
  /** of everything that happened, and of the books at the end: a replay has the same */
  readonly hash: string;
  readonly counts: ReadonlyMap<string, number>;
  /** the last lines of the history */
  readonly tail: readonly string[];
  readonly virtual_s: number;
};

/** One evening of one bar, drawn from its seed. */
export async function runSeed(options: SeedOptions): Promise<SeedResult> {
  const { db, seed, steps, planted = {}, print = null } = options;
  const folder = mkdtempSync(join(fastFolder(), 'taptill-sim-'));
  try {
    const world = await buildWorld({ db, seed, folder, planted, print });
    const { history, till, truth, time } = world;
    await runSchedule(world, steps);
    await endEvening(world);
    for (const tap of world.taps) tap.account();
    await till.act((deps) => judge(deps.sequelize, truth, history));
    for (const row of await till.act((deps) => query(deps.sequelize, BOOKS))) history.note('book', row);
    history.count('pours', [...truth.pours.values()].filter((pour) => pour.physical_ml > 0).length);
    for (const node of world.nodes) await node.cut();
    till.kill();
    return {
      seed,
      steps,
      violations: history.violations,
      hash: history.digest(),
      counts: history.counts,
      tail: history.tail(),
      virtual_s: Math.round(time.monotonic() / 1_000),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The cards' files are the product's own, with every flush; where memory holds them these cost nothing. */
const fastFolder = (): string => (existsSync('/dev/shm') ? '/dev/shm' : tmpdir());

/** Every ledger line with when and for what, and every event of the trail. */
const BOOKS = `
  SELECT 'entry' AS what, e.id, t.kind, t.grant_id::text AS of, a.kind AS account, e.amount_minor AS minor, t.created_at AS at
  FROM ledger_entries e JOIN ledger_transactions t ON t.id = e.transaction_id JOIN ledger_accounts a ON a.id = e.account_id
  UNION ALL SELECT 'trail', id, action, grant_id::text, NULL, NULL, at FROM audit_events ORDER BY 1, 2`;
