import { setTimeout as pause } from 'node:timers/promises';
import { startCluster, type Cluster, type ClusterOptions } from './cluster.ts';

export interface SupervisedCluster {
  /** The one that runs, or the last one while a new one is being started. */
  readonly current: () => Cluster;
  readonly restarts: () => number;
  /** Called after each restart with the new cluster; its URLs are the same. */
  readonly onRestart: (callback: (cluster: Cluster) => void) => () => void;
  readonly stop: () => Promise<void>;
}

const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 10_000;
/** A postmaster that ran this long was healthy: the next failure starts from the shortest wait again. */
const HEALTHY_AFTER_MS = 60_000;

/**
 * Keeps PostgreSQL running until `stop()`: whoever ends the postmaster, it is started again, at once the first time
 * and ever more slowly while it keeps failing. Connections are lost and made anew; nothing committed is.
 */
export async function superviseCluster(options: ClusterOptions): Promise<SupervisedCluster> {
  const log = options.log ?? (() => undefined);
  const callbacks = new Set<(cluster: Cluster) => void>();
  const state = {
    cluster: await startCluster(options),
    restarts: 0,
    stopping: false,
    wait: FIRST_WAIT_MS,
    since: Date.now(),
  };
  let unwatch: () => void = () => undefined;
  let restarting: Promise<void> | undefined;

  const watch = (): void => {
    unwatch = state.cluster.onExit(() => {
      restarting = restart().finally(() => (restarting = undefined));
    });
  };

  const restart = async (): Promise<void> => {
    if (Date.now() - state.since > HEALTHY_AFTER_MS) state.wait = FIRST_WAIT_MS;
    while (!state.stopping) {
      log(`PostgreSQL ended unexpectedly; starting it again in ${state.wait} ms`);
      await pause(state.wait);
      state.wait = Math.min(state.wait * 2, LONGEST_WAIT_MS);
      if (await startAgain()) return;
    }
  };

  const startAgain = async (): Promise<boolean> => {
    if (state.stopping) return true;
    try {
      state.cluster = await startCluster(options);
    } catch (error) {
      log(error instanceof Error ? error.message : String(error));
      return false;
    }
    state.restarts += 1;
    state.since = Date.now();
    if (!state.stopping) watch();
    for (const callback of callbacks) callback(state.cluster);
    return true;
  };

  watch();
  return {
    current: () => state.cluster,
    restarts: () => state.restarts,
    onRestart: (callback) => {
      callbacks.add(callback);
      return () => callbacks.delete(callback);
    },
    stop: async () => {
      state.stopping = true;
      unwatch();
      await restarting;
      await state.cluster.stop();
    },
  };
}
