import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { startCluster } from '../db/cluster.ts';
import { dataDirectory } from '../db/paths.ts';

export interface Bar {
  readonly appUrl: string;
  readonly ownerUrl?: string;
  readonly keysDir: string;
}

type Env = Readonly<Record<string, string | undefined>>;

/**
 * The bar that the environment names, for a command beside it: `DATABASE_URL`, else the embedded database of the data
 * directory, adopted where a till runs and otherwise started for this command only. Never makes a bar where there is none.
 */
export async function withBar<T>(env: Env, work: (bar: Bar) => Promise<T>): Promise<T> {
  const dataDir = dataDirectory({ env });
  const keysDir = join(dataDir, 'keys');
  const { DATABASE_URL: appUrl, DATABASE_OWNER_URL: ownerUrl } = env;
  if (appUrl) return work({ appUrl, ownerUrl, keysDir });
  if (ownerUrl) throw new Error('DATABASE_OWNER_URL is set and DATABASE_URL is not: set both, or neither.');
  if (!existsSync(join(dataDir, 'cluster.json')))
    throw new Error(
      `There is no bar in ${dataDir}: set TAPTILL_DATA_DIR to its data directory, or DATABASE_URL.`,
    );
  const cluster = await startCluster({ dataDir, binDir: env['TAPTILL_PG_BIN_DIR'] || undefined });
  try {
    return await work({ appUrl: cluster.appUrl, ownerUrl: cluster.ownerUrl, keysDir });
  } finally {
    // An adopted one belongs to a till that is running.
    if (cluster.started !== 'adopted') await cluster.stop();
  }
}
