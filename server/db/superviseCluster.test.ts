import { rmSync } from 'node:fs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { temporaryDirectory } from '../testing/temporaryCluster.ts';
import { openDatabase } from './database.ts';
import { isAlive } from './embedded/postmasterPid.ts';
import { inTransaction } from './inTransaction.ts';
import { query } from './query.ts';
import { superviseCluster, type SupervisedCluster } from './superviseCluster.ts';

let dataDir: string;
let supervised: SupervisedCluster;
beforeEach(async () => {
  dataDir = temporaryDirectory();
  supervised = await superviseCluster({ dataDir });
});
afterEach(async () => {
  await supervised.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

it('a postmaster killed with -9 is started again, and the same connection pool goes on working', async () => {
  const database = openDatabase({ url: supervised.current().ownerUrl });
  try {
    await query(database, 'CREATE TABLE kept AS SELECT 1 AS one');
    for (let time = 1; time <= 2; time += 1) {
      const killed = supervised.current().pid;
      process.kill(killed, 'SIGKILL');
      await expect.poll(() => supervised.restarts(), { timeout: 10_000 }).toBe(time);
      const rows = await inTransaction(database, (unit) => query(unit, 'SELECT one FROM kept'));
      expect(rows).toEqual([{ one: 1 }]);
      expect(supervised.current().pid).not.toBe(killed);
    }
    expect(await query(database, 'SELECT one FROM kept')).toEqual([{ one: 1 }]);
  } finally {
    await database.close();
  }
});

it('a unit whose connection is lost before its commit runs again as a whole; one lost while committing does not', async () => {
  const database = openDatabase({ url: supervised.current().ownerUrl });
  try {
    await query(database, 'CREATE TABLE counted (value int)');
    let runs = 0;
    await inTransaction(database, async (unit) => {
      runs += 1;
      await query(unit, 'INSERT INTO counted VALUES (1)');
      if (runs === 1) process.kill(supervised.current().pid, 'SIGKILL');
      if (runs === 1) await expect.poll(() => supervised.restarts(), { timeout: 10_000 }).toBe(1);
      await query(unit, 'INSERT INTO counted VALUES (2)');
    });
    expect(runs).toBe(2);
    const ambiguous = inTransaction(database, async (unit) => {
      runs += 1;
      await query(unit, 'INSERT INTO counted VALUES (3)');
      process.kill(supervised.current().pid, 'SIGKILL');
      await expect.poll(() => supervised.restarts(), { timeout: 10_000 }).toBe(2);
    });
    await expect(ambiguous).rejects.toThrow();
    expect(runs).toBe(3);
    expect(await query(database, 'SELECT value FROM counted ORDER BY value')).toEqual([
      { value: 1 },
      { value: 2 },
    ]);
  } finally {
    await database.close();
  }
});

it('a stop that was asked for is not answered by a restart', async () => {
  const { pid } = supervised.current();
  await supervised.stop();
  expect(isAlive(pid)).toBe(false);
  expect(supervised.restarts()).toBe(0);
});
