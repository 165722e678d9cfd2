import pg from 'pg';
import { withDatabase } from '../db/database.ts';
import { appRoleOf, migrate } from '../db/migrate.ts';
import { checkoutMigrations } from '../db/paths.ts';
import { quickDirectory, temporaryCluster } from './temporaryCluster.ts';
import type { TemporaryCluster } from './temporaryCluster.ts';

export interface TestClusterUrls {
  readonly adminUrl: string;
  readonly ownerUrl: string;
  readonly appUrl: string;
}

/** The cluster's own database becomes the template: migrated once, with what the migrations insert kept in `seed`. */
export async function templateCluster(): Promise<TemporaryCluster> {
  const temporary = await temporaryCluster({ dataDir: quickDirectory() });
  try {
    const { adminUrl, ownerUrl, appUrl } = temporary.cluster;
    await migrate({ ownerUrl, appRole: appRoleOf(appUrl), migrationsDir: checkoutMigrations() });
    await keepSeeds(withDatabase(adminUrl, 'taptill'));
    return temporary;
  } catch (error) {
    await temporary.remove();
    throw error;
  }
}

const KEEP_SEEDS = `
  CREATE SCHEMA seed;
  DO $$ DECLARE name text; filled boolean;
  BEGIN
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'SequelizeMeta' LOOP
      EXECUTE format('SELECT EXISTS (SELECT 1 FROM public.%I)', name) INTO filled;
      IF filled THEN EXECUTE format('CREATE TABLE seed.%I AS TABLE public.%I', name, name); END IF;
    END LOOP;
  END $$;`;

async function keepSeeds(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(KEEP_SEEDS);
  } finally {
    await client.end();
  }
}
