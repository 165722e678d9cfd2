import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Sequelize } from 'sequelize';
import { assertDatabase } from './checks.ts';
import type { ClusterOptions } from './cluster.ts';
import { openDatabase, parseDatabaseUrl, type DatabaseOptions } from './database.ts';
import { assertNoDrift } from './drift.ts';
import { assertMigrated, migrate } from './migrate.ts';
import { superviseCluster, type SupervisedCluster } from './superviseCluster.ts';

export interface ReadyOptions {
  /** Embedded PostgreSQL lives here when there is no `appUrl`. */
  readonly cluster: ClusterOptions;
  /** `DATABASE_URL`: another PostgreSQL, as the app's role. */
  readonly appUrl?: string;
  /** `DATABASE_OWNER_URL`: without it the schema must already be at head. */
  readonly ownerUrl?: string;
  readonly migrationsDir: string;
  /** What the schema must look like; beside the migrations unless given. */
  readonly schemaFile?: string;
  readonly pool?: DatabaseOptions['pool'];
  readonly log?: (message: string) => void;
}

export interface ReadyDatabase {
  /** As the app's role, checked and at head. */
  readonly sequelize: Sequelize;
  readonly appUrl: string;
  readonly ownerUrl?: string;
  /** Only of the embedded PostgreSQL. */
  readonly cluster?: SupervisedCluster;
  /** Closes the connections and stops the embedded PostgreSQL. */
  readonly close: () => Promise<void>;
}

/** Everything between the start of the process and the first query: start, check, migrate, check again, compare. */
export async function readyDatabase(options: ReadyOptions): Promise<ReadyDatabase> {
  if (options.ownerUrl && !options.appUrl) {
    throw new Error(
      'DATABASE_OWNER_URL is set and DATABASE_URL is not: set both, or neither for the embedded database.',
    );
  }
  if (options.appUrl) return open(options, { appUrl: options.appUrl, ownerUrl: options.ownerUrl });
  const cluster = await superviseCluster({ log: options.log, ...options.cluster });
  try {
    const { appUrl, ownerUrl } = cluster.current();
    return await open(options, { appUrl, ownerUrl, cluster });
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}

type Opened = Pick<ReadyDatabase, 'appUrl' | 'ownerUrl' | 'cluster'>;

async function open(options: ReadyOptions, opened: Opened): Promise<ReadyDatabase> {
  const { appUrl, ownerUrl, cluster } = opened;
  const { username: appRole, host, port } = parseDatabaseUrl(appUrl);
  const sequelize = openDatabase({ url: appUrl, pool: options.pool });
  const embedded = cluster !== undefined;
  try {
    await sequelize.authenticate().catch((cause: Error) => {
      throw new Error(
        `The database at ${host}:${port} does not let "${appRole}" in (DATABASE_URL): ${cause.message}`,
        { cause },
      );
    });
    // Before the first write: a database that would lose or garble it is not even migrated.
    await assertDatabase(sequelize, { embedded });
    if (ownerUrl)
      await migrate({ ownerUrl, appRole, migrationsDir: options.migrationsDir, log: options.log });
    else await assertMigrated(appUrl, options.migrationsDir);
    await assertDatabase(sequelize, { embedded });
    await assertNoDrift(sequelize, readFileSync(schemaFile(options), 'utf8'), appRole);
  } catch (error) {
    await sequelize.close();
    throw error;
  }
  const close = async (): Promise<void> => {
    await sequelize.close();
    await cluster?.stop();
  };
  return { sequelize, ...opened, close };
}

const schemaFile = (options: ReadyOptions): string =>
  options.schemaFile ?? join(options.migrationsDir, 'schema.sql');
