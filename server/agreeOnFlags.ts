import pg from 'pg';
import { FLAGS } from '#domain/flags';
import type { Flags } from '#domain/flags';

export interface FlagAgreement {
  close(): Promise<void>;
}
interface Asked {
  readonly url: string;
  readonly overrides: Partial<Flags>;
  readonly onError: (error: unknown) => void;
}

/** Session locks: one start at a time, and one that is shared by all who run. */
const STARTING = `hashtextextended('taptill server starting', 0)`;
const RUNNING = `hashtextextended('taptill server running', 0)`;
const RETRY_MS = 1_000;

/**
 * Servers of one database must decide alike: the first one writes which flags its environment sets, the others are refused if
 * theirs differ. The lock lives in a connection of its own, so that a killed server leaves nothing behind.
 * @throws Error that names the flags
 */
export async function agreeOnFlags(asked: Asked): Promise<FlagAgreement> {
  let client = await join(asked);
  let closed = false;
  let retry: NodeJS.Timeout | undefined;
  const again = (): void => {
    if (closed || retry) return;
    retry = setTimeout(() => {
      retry = undefined;
      join(asked).then(
        (next) => {
          client = next;
          watch(next);
          if (closed) void next.end();
        },
        (error: unknown) => {
          asked.onError(error);
          again();
        },
      );
    }, RETRY_MS);
  };
  const watch = (watched: pg.Client): void => {
    watched.on('error', again);
    watched.on('end', again);
  };
  watch(client);
  return {
    async close() {
      closed = true;
      clearTimeout(retry);
      await client.end().catch(() => undefined);
    },
  };
}

async function join({ url, overrides }: Asked): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, application_name: 'taptill flags', keepAlive: true });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query(`SELECT pg_advisory_lock(${STARTING})`);
    const first = await client.query<{ alone: boolean }>(`SELECT pg_try_advisory_lock(${RUNNING}) AS alone`);
    if (first.rows[0]?.alone) await writeOverrides(client, overrides);
    else await compare(client, overrides);
    await client.query(`SELECT pg_advisory_lock_shared(${RUNNING})`);
    if (first.rows[0]?.alone) await client.query(`SELECT pg_advisory_unlock(${RUNNING})`);
    await client.query(`SELECT pg_advisory_unlock(${STARTING})`);
    return client;
  } catch (error) {
    await client.end().catch(() => undefined);
    throw error;
  }
}

async function writeOverrides(client: pg.Client, overrides: Partial<Flags>): Promise<void> {
  await client.query(
    `INSERT INTO settings (key, value) VALUES ('flag_overrides', $1::jsonb)
     ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value, updated_at = now()`,
    [JSON.stringify(overrides)],
  );
}

async function compare(client: pg.Client, mine: Partial<Flags>): Promise<void> {
  const { rows } = await client.query<{ value: Partial<Flags> }>(
    `SELECT value FROM settings WHERE key = 'flag_overrides'`,
  );
  const theirs = rows[0]?.value ?? {};
  const differing = FLAGS.filter((flag) => mine[flag] !== theirs[flag]);
  if (differing.length === 0) return;
  const say = (value: boolean | undefined): string =>
    value === undefined ? 'not set' : value ? 'on' : 'off';
  const each = differing.map((flag) => `${flag} is ${say(mine[flag])} here and ${say(theirs[flag])} there`);
  throw new Error(
    `Another server runs on this database with other flags in its environment: ${each.join(', ')}. Set the same for both, or stop the other one.`,
  );
}
