import { spawn } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, statfsSync } from 'node:fs';
import { freemem, tmpdir } from 'node:os';
import { join } from 'node:path';
import { startCluster, type Cluster, type ClusterOptions } from '../db/cluster.ts';

export interface TemporaryCluster {
  readonly dataDir: string;
  readonly cluster: Cluster;
  /** Stops PostgreSQL and removes its files. */
  readonly remove: () => Promise<void>;
}

/** A short path: a socket's may have 107 bytes only. */
export const temporaryDirectory = (): string => realpathSync(mkdtempSync(join(tmpdir(), 'taptill-')));

/** The same in memory, where there is plenty of it: for data that no test cuts the power of. */
export function quickDirectory(): string {
  const memory = '/dev/shm';
  return hasRoom(memory) ? realpathSync(mkdtempSync(join(memory, 'taptill-'))) : temporaryDirectory();
}

const ROOM_BYTES = 8 * 1024 ** 3;

function hasRoom(directory: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(directory);
    return Math.min(bavail * bsize, freemem()) >= ROOM_BYTES;
  } catch {
    return false;
  }
}

/** A cluster of its own for tests that kill PostgreSQL or look at its files. It ends with this process, however that ends. */
export async function temporaryCluster(options: Partial<ClusterOptions> = {}): Promise<TemporaryCluster> {
  const dataDir = options.dataDir ?? temporaryDirectory();
  const cluster = await startCluster({ ...options, dataDir });
  endWithThisProcess(cluster, dataDir);
  return {
    dataDir,
    cluster,
    remove: async () => {
      await cluster.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** A killed test run calls no teardown: a shell waits for its end and clears up what it left. */
function endWithThisProcess(cluster: Cluster, dataDir: string): void {
  if (process.platform === 'win32') return;
  const wait = 'while kill -0 "$1" 2>/dev/null && [ -d "$3" ]; do sleep 1; done';
  const clear =
    'if [ -f "$3/postmaster.pid" ] && [ "$(head -1 "$3/postmaster.pid")" = "$2" ]; then kill -INT "$2"; sleep 1; rm -rf "$4"; fi';
  const args = [process.pid, cluster.pid, cluster.pgData, dataDir].map(String);
  spawn('sh', ['-c', `${wait}; ${clear}`, 'sh', ...args], { detached: true, stdio: 'ignore' }).unref();
}
