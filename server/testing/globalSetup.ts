import type { TestProject } from 'vitest/node';
import { templateCluster } from './templateCluster.ts';
import type { TestClusterUrls } from './templateCluster.ts';
import type { TemporaryCluster } from './temporaryCluster.ts';

declare module 'vitest' {
  interface ProvidedContext {
    testCluster: TestClusterUrls;
  }
}

/** All projects of a run share one cluster; vitest loads this module once for each of them. */
interface Shared {
  users: number;
  cluster: Promise<TemporaryCluster>;
}
const shared = globalThis as { taptillTestCluster?: Shared };

export async function setup(project: TestProject): Promise<void> {
  shared.taptillTestCluster ??= { users: 0, cluster: templateCluster() };
  shared.taptillTestCluster.users += 1;
  const { cluster } = await shared.taptillTestCluster.cluster;
  project.provide('testCluster', {
    adminUrl: cluster.adminUrl,
    ownerUrl: cluster.ownerUrl,
    appUrl: cluster.appUrl,
  });
}

export async function teardown(): Promise<void> {
  const mine = shared.taptillTestCluster;
  if (!mine) return;
  mine.users -= 1;
  if (mine.users > 0) return;
  shared.taptillTestCluster = undefined;
  await (await mine.cluster).remove();
}
