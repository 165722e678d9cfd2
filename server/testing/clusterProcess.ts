/** `clusterProcess <json of ClusterOptions>`: starts a cluster, says so in one line, and waits to be ended. */
import { startCluster, type ClusterOptions } from '../db/cluster.ts';

async function main(): Promise<void> {
  const options = JSON.parse(process.argv[2] ?? '') as ClusterOptions & { stopAfterwards?: boolean };
  const cluster = await startCluster(options);
  const { pid, started, runAs, appUrl } = cluster;
  console.log(JSON.stringify({ pid, started, runAs, appUrl, uid: process.getuid?.() }));
  if (options.stopAfterwards) await cluster.stop();
  else setInterval(() => undefined, 60_000);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
