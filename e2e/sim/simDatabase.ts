import pg from 'pg';
import type { Sequelize } from 'sequelize';
import { query } from '#server/db/query';
import { cloneDatabase } from '#server/testing/cloneDatabase';
import type { TestDatabase } from '#server/testing/cloneDatabase';
import type { TestClusterUrls } from '#server/testing/templateCluster';

/** The till of a seed starts at this moment. */
export const EPOCH_MS = Date.UTC(2026, 10, 24, 15, 0, 0);

/**
 * A database whose `now()` is the simulation's: the schema `sim` stands before PostgreSQL's own in the search path, and columns
 * that default to now take it from there. Nothing waits for a disk: what a commit promises is 06-proof's G4, not ours.
 */
export async function simDatabase(cluster: TestClusterUrls): Promise<TestDatabase> {
  const db = await cloneDatabase(cluster, { connections: 1 });
  const admin = new pg.Client({ connectionString: db.adminUrl });
  await admin.connect();
  try {
    await admin.query(OWN_CLOCK);
  } finally {
    await admin.end();
  }
  return db;
}

/** The connection's clock; all that follows on it happens at this moment. */
export async function setDatabaseClock(sequelize: Sequelize, at: Date): Promise<void> {
  await query(sequelize, `SELECT set_config('sim.now', $1, false)`, [at.toISOString()]);
}

const OWN_CLOCK = `
  CREATE SCHEMA sim;
  CREATE FUNCTION sim.now() RETURNS timestamptz LANGUAGE sql STABLE AS $$ SELECT current_setting('sim.now')::timestamptz $$;
  CREATE FUNCTION sim.clock_timestamp() RETURNS timestamptz LANGUAGE sql STABLE AS $$ SELECT current_setting('sim.now')::timestamptz $$;
  GRANT USAGE ON SCHEMA sim TO PUBLIC;
  GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA sim TO PUBLIC;
  DO $$ DECLARE one record;
  BEGIN
    FOR one IN SELECT d.adrelid::regclass AS tab, a.attname AS col FROM pg_attrdef d
      JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
      JOIN pg_class c ON c.oid = d.adrelid JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = 'public' AND pg_get_expr(d.adbin, d.adrelid) = 'now()'
    LOOP
      EXECUTE format('ALTER TABLE %s ALTER COLUMN %I SET DEFAULT sim.now()', one.tab, one.col);
    END LOOP;
    EXECUTE format('ALTER DATABASE %I SET search_path = sim, pg_catalog, public', current_database());
    EXECUTE format('ALTER DATABASE %I SET sim.now = %L', current_database(), '${new Date(EPOCH_MS).toISOString()}');
    EXECUTE format('ALTER DATABASE %I SET synchronous_commit = off', current_database());
  END $$;`;
