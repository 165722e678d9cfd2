import type { Sequelize } from 'sequelize';
import { queryOne } from './query.ts';

/** What a start looks at; all of it as the app's role sees it. */
interface Found {
  readonly version: number;
  readonly encoding: string;
  readonly lower: string;
  readonly trigrams: boolean;
  readonly fsync: string;
  readonly full_page_writes: string;
  readonly synchronous_commit: string;
  readonly checksums: string;
  readonly role: string;
  readonly superuser: boolean;
  readonly owned: string | null;
  readonly changeable: string | null;
  readonly truncatable: string | null;
}

const QUERY = `
  WITH tables AS (
    SELECT c.oid, c.relname, c.relowner,
      c.relname IN ('ledger_transactions', 'ledger_entries', 'ledger_seals', 'ledger_sealed_entries', 'audit_events', 'pour_reports')
      OR EXISTS (SELECT 1 FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid WHERE t.tgrelid = c.oid AND p.proname = 'refuse_change') AS append_only
    FROM pg_class c WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace)
  SELECT current_setting('server_version_num')::int AS version,
    current_setting('server_encoding') AS encoding,
    lower('ЁЖ') AS lower,
    NOT EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm') AS trigrams,
    current_setting('fsync') AS fsync,
    current_setting('full_page_writes') AS full_page_writes,
    current_setting('synchronous_commit') AS synchronous_commit,
    current_setting('data_checksums') AS checksums,
    current_user AS role,
    (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AS superuser,
    (SELECT min(relname) FROM tables WHERE pg_has_role(current_user, relowner, 'MEMBER')) AS owned,
    (SELECT min(relname) FROM tables WHERE append_only AND (has_table_privilege(oid, 'DELETE') OR has_any_column_privilege(oid, 'UPDATE'))) AS changeable,
    (SELECT min(relname) FROM tables WHERE has_table_privilege(oid, 'TRUNCATE')) AS truncatable`;

const OLDEST = 150000;

/**
 * One sentence per fault, each naming the setting and the remedy. `sequelize` is connected as the app's role, so
 * that what is checked is what the server will work with.
 */
export async function databaseFaults(
  sequelize: Sequelize,
  { embedded }: { embedded: boolean },
): Promise<string[]> {
  const found = await queryOne<Found>(sequelize, QUERY);
  const trigramsWork = found.trigrams || (await cyrillicTrigrams(sequelize));
  return [...placeFaults(found, trigramsWork), ...durabilityFaults(found, embedded), ...roleFaults(found)];
}

/** Refuses to start on a database that would lose, garble or expose what it is given. */
export async function assertDatabase(sequelize: Sequelize, options: { embedded: boolean }): Promise<void> {
  const faults = await databaseFaults(sequelize, options);
  if (faults.length > 0)
    throw new Error(`The database is refused:\n${faults.map((fault) => `- ${fault}`).join('\n')}`);
}

const when = (fault: boolean, sentence: string): string[] => (fault ? [sentence] : []);

function placeFaults(found: Found, trigramsWork: boolean): string[] {
  const remedy = `create it with ENCODING 'UTF8' LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C.UTF-8' TEMPLATE template0`;
  return [
    ...when(
      found.version < OLDEST,
      `server_version is ${found.version}: Taptill needs PostgreSQL 15 or newer.`,
    ),
    ...when(found.encoding !== 'UTF8', `server_encoding is ${found.encoding}, not UTF8: ${remedy}.`),
    ...when(
      found.lower !== 'ёж',
      `The database's locale does not know Cyrillic (lower('ЁЖ') is '${found.lower}'): ${remedy}.`,
    ),
    ...when(!trigramsWork, `pg_trgm finds no Cyrillic words under this database's locale: ${remedy}.`),
  ];
}

function durabilityFaults(found: Found, embedded: boolean): string[] {
  const remedy = (setting: string): string =>
    `${setting} is off, and a power cut would lose money: set ${setting} = on (postgresql.conf, ALTER SYSTEM, ALTER ROLE or ALTER DATABASE).`;
  return [
    ...when(found.fsync !== 'on', remedy('fsync')),
    ...when(found.full_page_writes !== 'on', remedy('full_page_writes')),
    ...when(found.synchronous_commit === 'off', remedy('synchronous_commit')),
    ...when(
      embedded && found.checksums !== 'on',
      'data_checksums is off: restore a backup into a new data directory.',
    ),
  ];
}

function roleFaults(found: Found): string[] {
  const { role } = found;
  if (found.superuser) {
    return [
      `The app's role "${role}" is a superuser: give DATABASE_URL a role without rights, the migrations grant what it needs.`,
    ];
  }
  const append = `Ledger, audit and reports must be append-only, but the app's role "${role}" may change`;
  return [
    ...when(
      found.owned !== null,
      `The app's role "${role}" owns the table ${found.owned}: run the migrations as another role (DATABASE_OWNER_URL).`,
    ),
    ...when(
      found.owned === null && found.changeable !== null,
      `${append} ${found.changeable}: REVOKE UPDATE, DELETE ON ${found.changeable} FROM "${role}".`,
    ),
    ...when(
      found.owned === null && found.truncatable !== null,
      `The app's role "${role}" may empty ${found.truncatable}: REVOKE TRUNCATE ON ${found.truncatable} FROM "${role}".`,
    ),
  ];
}

async function cyrillicTrigrams(sequelize: Sequelize): Promise<boolean> {
  const { same } = await queryOne<{ same: boolean }>(
    sequelize,
    "SELECT similarity('пиво', 'пиво') = 1 AS same",
  );
  return same;
}
