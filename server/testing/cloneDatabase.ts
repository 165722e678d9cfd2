import { randomBytes } from 'node:crypto';
import pg from 'pg';
import type { Sequelize } from 'sequelize';
import { openDatabase, withDatabase } from '../db/database.ts';
import { requireTransaction } from '../db/requireTransaction.ts';
import type { TestClusterUrls } from './templateCluster.ts';

export interface TestDatabase {
  /** As the app's role, like the server; a query inside a unit without its transaction throws. */
  readonly sequelize: Sequelize;
  /** As the owner of the tables. */
  readonly owner: Sequelize;
  readonly appUrl: string;
  readonly ownerUrl: string;
  /** As superuser on this database: what no role of the product may do. */
  readonly adminUrl: string;
  /** Back to what the migrations left, numbering included. */
  readonly truncate: () => Promise<void>;
  readonly drop: () => Promise<void>;
}

/** A database of its own, cloned from the migrated template. */
export async function cloneDatabase(
  cluster: TestClusterUrls,
  options: { connections?: number } = {},
): Promise<TestDatabase> {
  const name = `test_${process.pid}_${randomBytes(4).toString('hex')}`;
  await asAdmin(cluster.adminUrl, `CREATE DATABASE ${name} TEMPLATE taptill OWNER taptill_owner`);
  const appUrl = withDatabase(cluster.appUrl, name);
  const ownerUrl = withDatabase(cluster.ownerUrl, name);
  const adminUrl = withDatabase(cluster.adminUrl, name);
  const sequelize = openDatabase({ url: appUrl, pool: { max: options.connections ?? 20 } });
  const owner = openDatabase({ url: ownerUrl, pool: { max: 3 } });
  requireTransaction(sequelize);
  // One for all resets: a new connection would read the whole catalogue each time, which takes six times as long.
  let kept: Promise<pg.Client> | undefined;
  const admin = () =>
    (kept ??= connect(adminUrl).then((client) => client.on('error', () => (kept = undefined))));
  return {
    sequelize,
    owner,
    appUrl,
    ownerUrl,
    adminUrl,
    truncate: async () => {
      await (await admin()).query(RESET);
    },
    drop: async () => {
      await Promise.all([sequelize.close(), owner.close(), kept?.then((client) => client.end())]);
      await asAdmin(cluster.adminUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    },
  };
}

/**
 * Deletes rather than truncates: for small tables that is many times faster. As a replica no trigger fires, so
 * append-only tables empty too and seeds come back without being booked again.
 */
const RESET = `
  SET lock_timeout = '5s';
  SET session_replication_role = replica;
  DO $$ DECLARE name text; columns text; sequence record;
  BEGIN
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'SequelizeMeta' LOOP
      EXECUTE format('DELETE FROM public.%I', name);
    END LOOP;
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'seed' LOOP
      SELECT string_agg(format('%I', attname), ', ') INTO columns FROM pg_attribute
        WHERE attrelid = format('public.%I', name)::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '';
      EXECUTE format('INSERT INTO public.%I (%s) OVERRIDING SYSTEM VALUE SELECT %s FROM seed.%I', name, columns, columns, name);
    END LOOP;
    FOR sequence IN
      SELECT s.oid::regclass AS id, t.oid::regclass AS owner, a.attname AS col FROM pg_class s
      JOIN pg_depend d ON d.objid = s.oid AND d.deptype IN ('a', 'i') AND d.refclassid = 'pg_class'::regclass
      JOIN pg_class t ON t.oid = d.refobjid AND t.relnamespace = 'public'::regnamespace
      JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
      WHERE s.relkind = 'S'
    LOOP
      EXECUTE format('SELECT setval(%L, coalesce(max(%I), 0) + 1, false) FROM %s', sequence.id, sequence.col, sequence.owner);
    END LOOP;
  END $$;`;

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return client;
}

async function asAdmin(url: string, sql: string): Promise<void> {
  const client = await connect(url);
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
