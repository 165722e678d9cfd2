import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryCluster } from '../testing/temporaryCluster.ts';
import { databaseFaults } from './checks.ts';
import { startCluster } from './cluster.ts';
import { openDatabase } from './database.ts';

it('a server with fsync or full_page_writes off is refused, whoever turned it off', async () => {
  const { cluster, dataDir, remove } = await temporaryCluster();
  try {
    await cluster.stop();
    writeFileSync(join(cluster.pgData, 'taptill.local.conf'), 'fsync = off\nfull_page_writes = off\n');
    const weak = await startCluster({ dataDir });
    const database = openDatabase({ url: weak.appUrl });
    const faults = await databaseFaults(database, { embedded: true });
    await database.close();
    await weak.stop();
    expect(faults).toEqual([
      expect.stringMatching(/^fsync is off.*set fsync = on/),
      expect.stringMatching(/^full_page_writes is off/),
    ]);
  } finally {
    await remove();
  }
});
