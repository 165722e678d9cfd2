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
      const rows = await inTransaction(database, (unit) => query(unit, 'SELECT one FROM kept'));
      expect(rows).toEqual([{ one: 1 }]);
      await expect.poll(() => supervised.restarts(), { timeout: 10_000 }).toBe(time);
      expect(supervised.current().pid).not.toBe(killed);
    }
    expect(await query(database, 'SELECT one FROM kept')).toEqual([{ one: 1 }]);
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
