import type { Sequelize } from 'sequelize';
import { LIVE_EVENTS, type LiveEvent, type TillEvent } from '#domain/protocol/till';
import { query } from '#server/db/query';
import { BEGINNING, isAfter, type Position } from './cursor.ts';

export interface StoredEvent {
  readonly at: Position;
  readonly event: Extract<TillEvent, { type: LiveEvent }>;
}

/** The one reader of the events table in this process; everybody else attaches to it. */
export interface EventTail {
  /** everything up to here has been handed out */
  position(): Position;
  /** There may be something new. */
  poke(): void;
  /** Events from now on, in the order of reading. Returns the end of it. */
  attach(listener: (events: readonly StoredEvent[]) => void): () => void;
  /** What lies after a position, at most `limit`; attach first, then replay, and nothing is missed. */
  after(from: Position, limit: number): Promise<StoredEvent[]>;
  close(): Promise<void>;
}

export interface EventTailOptions {
  readonly sequelize: Sequelize;
  readonly onError: (error: unknown) => void;
  readonly pollMs?: number;
}

interface Row {
  xid: string;
  id: number;
  type: string;
  visit_id: number | null;
  tap_id: number | null;
  details: Record<string, unknown>;
  settled: boolean;
}

const BATCH = 500;
const POLL_MS = 1_000;
const UNSETTLED_MS = 20;

/**
 * Ids are taken before commits, so the highest id seen is no cursor: a transaction with a lower one may commit later. Only
 * rows of transactions below the oldest one still running are read: their order can no longer change (docs/adr/0006).
 */
const AFTER = `
  SELECT e.xid::text AS xid, e.id, e.type, e.visit_id, e.tap_id, e.details,
    e.xid < pg_snapshot_xmin(pg_current_snapshot()) AS settled
  FROM events e WHERE (e.xid, e.id) > ($1::text::xid8, $2) ORDER BY e.xid, e.id LIMIT $3`;
const LAST = `
  SELECT e.xid::text AS xid, e.id FROM events e
  WHERE e.xid < pg_snapshot_xmin(pg_current_snapshot()) ORDER BY e.xid DESC, e.id DESC LIMIT 1`;

export async function openEventTail(options: EventTailOptions): Promise<EventTail> {
  const { sequelize, onError, pollMs = POLL_MS } = options;
  const listeners = new Set<(events: readonly StoredEvent[]) => void>();
  let [position = BEGINNING] = await query<Position>(sequelize, LAST);
  let reading: Promise<void> | undefined;
  let again = false;
  let closed = false;
  let timer: NodeJS.Timeout | undefined;

  async function readSettled(
    from: Position,
    limit: number,
  ): Promise<{ events: StoredEvent[]; more: boolean }> {
    const rows = await query<Row>(sequelize, AFTER, [from.xid, from.id, limit]);
    const held = rows.findIndex((row) => !row.settled);
    const settled = held < 0 ? rows : rows.slice(0, held);
    return { events: settled.map(toEvent), more: held >= 0 || rows.length === limit };
  }

  async function readOn(): Promise<boolean> {
    const { events, more } = await readSettled(position, BATCH);
    const last = events.at(-1);
    if (last === undefined) return more;
    position = last.at;
    for (const listener of listeners) listener(events);
    return more;
  }

  async function run(): Promise<void> {
    let more = false;
    try {
      do {
        again = false;
        more = await readOn();
      } while (again && !closed);
    } catch (error) {
      if (!closed) onError(error);
    }
    reading = undefined;
    if (!closed) timer = setTimeout(poke, more ? UNSETTLED_MS : pollMs);
  }

  function poke(): void {
    if (closed) return;
    again = true;
    if (reading) return;
    clearTimeout(timer);
    reading = run();
  }

  poke();
  return {
    position: () => position,
    poke,
    attach(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    after: async (from, limit) =>
      (await readSettled(from, limit)).events.filter((one) => !isAfter(one.at, position)),
    async close() {
      closed = true;
      clearTimeout(timer);
      listeners.clear();
      await reading;
    },
  };
}

function toEvent(row: Row): StoredEvent {
  const { xid, id, visit_id, tap_id, details } = row;
  return { at: { xid, id }, event: { type: typeOf(row.type), visit_id, tap_id, details } };
}

/** A type of a newer server on the same database still says that something changed. */
function typeOf(type: string): LiveEvent {
  return (LIVE_EVENTS as readonly string[]).includes(type) ? (type as LiveEvent) : 'visit.changed';
}
