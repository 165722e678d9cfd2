import pg from 'pg';

/** Tells other processes on this database that there are new events, and hears when they do. */
export interface WakeChannel {
  /** After a commit. Many calls before the next turn of the loop are one NOTIFY. */
  wake(): void;
  close(): Promise<void>;
}

export interface WakeChannelOptions {
  readonly url: string;
  readonly onWake: () => void;
}

const CHANNEL = 'taptill_events';
const RETRY_MS = 500;

/**
 * One connection of its own, outside every transaction: a NOTIFY inside one serialises commits. When the database is
 * away it comes back by itself; meanwhile readers poll, so nothing depends on a wake-up arriving.
 */
export function openWakeChannel({ url, onWake }: WakeChannelOptions): WakeChannel {
  let client: pg.Client | undefined;
  let closed = false;
  let waking = false;
  let retry: NodeJS.Timeout | undefined;

  async function connect(): Promise<void> {
    const next = new pg.Client({
      connectionString: url,
      application_name: 'taptill events',
      keepAlive: true,
    });
    const lost = (): void => {
      if (client === next) client = undefined;
      if (closed || retry) return;
      retry = setTimeout(() => {
        retry = undefined;
        void connect();
      }, RETRY_MS);
    };
    next.on('error', lost);
    next.on('end', lost);
    next.on('notification', onWake);
    try {
      await next.connect();
      await next.query(`LISTEN ${CHANNEL}`);
      if (closed) return await next.end();
      client = next;
      onWake();
    } catch {
      lost();
      await next.end().catch(() => undefined);
    }
  }

  const connected = connect();
  return {
    wake() {
      if (waking) return;
      waking = true;
      setImmediate(() => {
        waking = false;
        client?.query(`NOTIFY ${CHANNEL}`).catch(() => undefined);
      });
    },
    async close() {
      closed = true;
      clearTimeout(retry);
      await connected;
      await client?.end().catch(() => undefined);
    },
  };
}
