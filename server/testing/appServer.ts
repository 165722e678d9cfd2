import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { listenLan } from '../api/listen/lan.ts';
import { listenLoopback } from '../api/listen/loopback.ts';
import { describeError, type Log } from '../log.ts';
import { openApp, type OpenApp } from '../openApp.ts';
import type { Deps } from '../services/support/deps.ts';
import { temporaryDirectory } from './temporaryCluster.ts';
import type { TestDatabase } from './testDatabase.ts';

export interface AppServer {
  readonly app: OpenApp;
  readonly url: string;
  readonly port: number;
  readonly lanPort: number;
  readonly dataDir: string;
  /** What nobody expected: a test that ends with one has found a fault. */
  readonly unexpected: { where: string; error: Record<string, unknown> }[];
  close(): Promise<void>;
}

/** The real ports and procedures in this process, on a test's own database. */
export async function appServer(
  db: TestDatabase,
  options: Partial<Pick<Deps, 'clock' | 'flag_overrides'>> = {},
): Promise<AppServer> {
  const dataDir = temporaryDirectory();
  const unexpected: AppServer['unexpected'] = [];
  const log: Log = {
    info: () => undefined,
    warn: () => undefined,
    unexpected: (error, where) => unexpected.push({ where, error: describeError(error) }),
  };
  const rendererDir = join(dataDir, 'renderer');
  mkdirSync(join(rendererDir, 'assets'), { recursive: true });
  writeFileSync(join(rendererDir, 'index.html'), '<!doctype html><title>Taptill</title>');
  writeFileSync(join(rendererDir, 'assets', 'index-0a1b2c3d.js'), 'void 0');
  writeFileSync(join(dataDir, 'secret.txt'), 'not for the browser');
  const { sequelize, appUrl } = db;
  const { clock, flag_overrides: flagOverrides = {} } = options;
  const app = await openApp({ sequelize, appUrl, dataDir, flagOverrides, log, clock });
  const lan = await listenLan(app, { port: 0, host: '127.0.0.1' });
  const loopback = await listenLoopback(app, { port: 0, rendererDir });
  return {
    app,
    url: `http://127.0.0.1:${loopback.port}`,
    port: loopback.port,
    lanPort: lan.port,
    dataDir,
    unexpected,
    async close() {
      await Promise.all([loopback.close(), lan.close()]);
      await app.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
