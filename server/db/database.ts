import pg from 'pg';
import { ConnectionRefusedError, Sequelize } from 'sequelize';

export interface DatabaseOptions {
  /** `postgres://user:password@host/database`, a socket's directory as `?host=`. */
  readonly url: string;
  readonly pool?: { readonly max?: number; readonly min?: number; readonly acquireMs?: number };
  readonly applicationName?: string;
  /** The app role's name, read by migrations as `current_setting('taptill.app_role', true)`. */
  readonly appRole?: string;
  readonly lockTimeoutMs?: number;
  readonly statementTimeoutMs?: number;
}

/** PostgreSQL has no connection to give yet: nothing was executed, so asking again is safe. */
const NOT_YET_UP = [
  ConnectionRefusedError,
  /the database system is (starting up|shutting down|in recovery)/,
  /ENOENT.*PGSQL/,
];

/**
 * Opens the database. int8 becomes a number or an error, NUMERIC stays text, times are UTC, nothing is logged.
 * Timeouts come with the connection, so that a unit of work costs no round trip for them.
 */
export function openDatabase(options: DatabaseOptions): Sequelize {
  const { pool = {}, lockTimeoutMs = 3_000, statementTimeoutMs = 10_000 } = options;
  const target = parseDatabaseUrl(options.url);
  const session = {
    default_transaction_isolation: 'read\\ committed',
    lock_timeout: lockTimeoutMs,
    statement_timeout: statementTimeoutMs,
    idle_in_transaction_session_timeout: 10_000,
    ...(options.appRole && { 'taptill.app_role': options.appRole }),
  };
  readInt8AsNumber();
  return new Sequelize({
    ...target,
    dialect: 'postgres',
    dialectModule: { ...pg, Client: PipeliningClient },
    logging: false,
    timezone: '+00:00',
    pool: { max: pool.max ?? 10, min: pool.min ?? 0, acquire: pool.acquireMs ?? 15_000, idle: 60_000 },
    dialectOptions: {
      application_name: options.applicationName ?? 'taptill',
      keepAlive: true,
      connectionTimeoutMillis: 10_000,
      options: Object.entries(session)
        .map(([name, value]) => `-c ${name}=${value}`)
        .join(' '),
    },
    retry: { max: 8, match: NOT_YET_UP, backoffBase: 50, backoffExponent: 1.6 },
    define: { underscored: true, freezeTableName: true, timestamps: false },
  });
}

/** What is asked at once goes out at once, and is answered in its order: a unit waits once for many statements. */
class PipeliningClient extends pg.Client {
  constructor(config: pg.ClientConfig) {
    super({ ...config, pipeline: true });
  }
}

export interface DatabaseTarget {
  readonly username: string;
  readonly password: string | undefined;
  readonly host: string;
  readonly port: number;
  readonly database: string;
}

export function parseDatabaseUrl(text: string): DatabaseTarget {
  const example = 'postgres://user:password@host:5432/database';
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new Error(`A database URL must look like ${example}.`);
  }
  if (!/^postgres(ql)?:$/.test(url.protocol) || !url.username || url.pathname.length < 2) {
    throw new Error(
      `A database URL must look like ${example}; this one lacks the scheme, the user or the database.`,
    );
  }
  return {
    username: decodeURIComponent(url.username),
    password: url.password ? decodeURIComponent(url.password) : undefined,
    host: url.searchParams.get('host') ?? url.hostname,
    port: Number(url.port || 5432),
    database: decodeURIComponent(url.pathname.slice(1)),
  };
}

/** The one place where int8 becomes a number: above 2^53 it would silently become another one. */
export function parseInt8(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) {
    throw new RangeError(
      `The database holds ${text}, which is beyond what can be calculated exactly (2^53).`,
    );
  }
  return value;
}

/** The same server and role, another database. */
export function withDatabase(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  return changed.href;
}

type TypeId = Parameters<typeof pg.types.setTypeParser>[0];
const INT8: TypeId = 20;
/** int8[]; the driver's type names no array types. */
const INT8_ARRAY = 1016 as TypeId;

/** The driver declares a function but exports this. */
type ArrayParser = { create(text: string, parse: (item: string) => number): { parse(): unknown[] } };

/** Parsers belong to the driver, not to a connection: setting them twice changes nothing. */
function readInt8AsNumber(): void {
  const arrays = pg.types.arrayParser as unknown as ArrayParser;
  pg.types.setTypeParser(INT8, parseInt8);
  pg.types.setTypeParser(INT8_ARRAY, (text: string) => arrays.create(text, parseInt8).parse());
}
