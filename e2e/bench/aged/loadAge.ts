import pg from 'pg';
import { shortId } from '#domain/grant/shortId';
import { FRAME, LOADS, MARKS, SEALS } from './ageSql.ts';
import type { Age } from './ageSql.ts';

/**
 * Gives a bar that is just set up a past, as superuser and past every trigger: nothing else may run on the database. Secondary
 * indexes are built at the end, once. Constraints of one row and unique ones hold; what triggers would have kept is for `verify`
 * to look at. Returns the seconds of each step.
 */
export async function loadAge(
  adminUrl: string,
  age: Age,
  say: (line: string) => void,
): Promise<Record<string, number>> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  const seconds: Record<string, number> = {};
  const timed = async (name: string, sql: string, values?: unknown[]): Promise<void> => {
    const began = performance.now();
    await client.query(sql, values);
    const took = (performance.now() - began) / 1000;
    seconds[name] = Math.round(((seconds[name] ?? 0) + took) * 10) / 10;
    if (took > 5) say(`  ${name}: ${took.toFixed(1)} s`);
  };
  try {
    await client.query(SESSION);
    await client.query(FRAME, [age.visits, age.pours, age.guests, age.shifts]);
    await writeCodes(client);
    await client.query(NAME_INDEXES, [[...new Set(LOADS.map(({ table }) => table))]]);
    await client.query(PUT_INDEXES_AWAY);
    for (const { table, sql } of LOADS) await timed(table, sql);
    await timed('seals', SEALS);
    await timed('marks', MARKS);
    const { rows } = await client.query<{ sql: string }>('SELECT sql FROM aged_indexes ORDER BY first DESC');
    for (const { sql } of rows) await timed('indexes', sql);
    await client.query(NUMBER_ON);
    await timed('vacuum', 'VACUUM (ANALYZE)');
    await timed('vacuum', 'CHECKPOINT');
    return seconds;
  } finally {
    await client.end();
  }
}

const SESSION = `
  SET session_replication_role = replica; SET synchronous_commit = off; SET statement_timeout = 0; SET work_mem = '256MB';
  SET maintenance_work_mem = '512MB'; SET idle_in_transaction_session_timeout = 0`;

/** The code of each place at the bar and each count of its tap: what the domain makes of them. */
async function writeCodes(client: pg.Client): Promise<void> {
  const { rows: taps } = await client.query<{ id: string; number: number; node_id: string }>(
    'SELECT id, number, node_id FROM taps ORDER BY id',
  );
  await client.query(
    'CREATE TEMP TABLE aged_codes (place int, counter int, tap_id bigint, node_id bigint, short_id text, PRIMARY KEY (place, counter))',
  );
  for (const [place, tap] of taps.entries()) {
    const codes = Array.from({ length: 1000 }, (_, counter) => shortId(tap.number, counter));
    await client.query(
      `INSERT INTO aged_codes SELECT $1, counter - 1, $2, $3, code FROM unnest($4::text[]) WITH ORDINALITY AS c (code, counter)`,
      [place, tap.id, tap.node_id, codes],
    );
  }
  await client.query('ANALYZE aged_codes; ANALYZE aged');
}

/** Indexes that no foreign key leans on, with what makes them anew. */
const NAME_INDEXES = `
  CREATE TEMP TABLE aged_indexes AS
  SELECT c.conrelid::regclass AS of, c.conname::text AS name, true AS first,
    format('ALTER TABLE %s ADD CONSTRAINT %I %s', c.conrelid::regclass, c.conname, pg_get_constraintdef(c.oid)) AS sql
  FROM pg_constraint c WHERE c.contype = 'u' AND c.conrelid::regclass::text = ANY($1::text[])
  UNION ALL
  SELECT i.indrelid::regclass, i.indexrelid::regclass::text, false, pg_get_indexdef(i.indexrelid)
  FROM pg_index i WHERE i.indrelid::regclass::text = ANY($1::text[]) AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid)`;

const PUT_INDEXES_AWAY = `
  DO $$ DECLARE i record; BEGIN
    FOR i IN SELECT * FROM aged_indexes LOOP
      IF i.first THEN EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', i.of, i.name); ELSE EXECUTE format('DROP INDEX %s', i.name); END IF;
    END LOOP;
  END $$`;

const NUMBER_ON = `
  DO $$ DECLARE s record; BEGIN
    FOR s IN SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public' AND is_identity = 'YES' LOOP
      EXECUTE format('SELECT setval(pg_get_serial_sequence(%L, %L), coalesce(max(%I), 0) + 1, false) FROM %I', s.table_name, s.column_name, s.column_name, s.table_name);
    END LOOP;
  END $$`;
