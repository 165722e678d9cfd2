import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { inTransaction } from '../db/inTransaction.ts';
import { query } from '../db/query.ts';
import { testDatabase, type TestDatabase } from '../testing/testDatabase.ts';
import { appendEvent } from './append.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { openWakeChannel } from './notify.ts';
import { subscribe } from './subscribe.ts';
import { openEventTail, type EventTail } from './tail.ts';
import type { TillEvent } from '#domain/protocol/till';

let db: TestDatabase;
const opened: { close(): Promise<void> }[] = [];
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.drop());
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
  await db.truncate();
});

async function aTail(pollMs = 1_000): Promise<EventTail> {
  const tail = await openEventTail({
    sequelize: db.sequelize,
    pollMs,
    onError: (error) => expect.fail(String(error)),
  });
  opened.push(tail);
  return tail;
}
const quiet = { wake: () => undefined };
const commitEvent = (visit_id: number) =>
  inTransaction(db.sequelize, (unit) => appendEvent(unit, quiet, { type: 'visit.changed', visit_id }));

function collect(
  tail: EventTail,
  lastEventId: string | null = null,
  live: (listener: (event: TillEvent) => void) => void = () => undefined,
) {
  const abort = new AbortController();
  const got: { id: string; data: TillEvent }[] = [];
  const sources = {
    tail,
    incarnation: 'life',
    attachLive: (listener: (event: TillEvent) => void) => (live(listener), () => undefined),
  };
  const done = (async () => {
    for await (const [id, data] of subscribe(sources, lastEventId, abort.signal)) got.push({ id, data });
  })();
  opened.push({ close: async () => (abort.abort(), done) });
  const visits = (): unknown[] => got.map(({ data }) => ('visit_id' in data ? data.visit_id : data.type));
  return { got, visits, stop: async () => (abort.abort(), done) };
}
const until = (check: () => unknown) => expect.poll(check, { timeout: 15_000, interval: 10 });
const soon = async (wanted: unknown, actual: () => unknown) => until(actual).toEqual(wanted);

describe('the tail of the events', () => {
  it('loses no commit: a transaction that took an earlier id and commits later is read too', async () => {
    const tail = await aTail(50);
    const client = collect(tail);
    await soon(['reset'], client.visits);
    let letGo: (() => void) | undefined;
    const slow = inTransaction(db.sequelize, async (unit) => {
      await appendEvent(unit, quiet, { type: 'visit.changed', visit_id: 1 });
      await new Promise<void>((resolve) => (letGo = resolve));
    });
    await expect.poll(() => letGo).toBeDefined();
    await commitEvent(2);
    tail.poke();
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(client.visits()).toEqual(['reset']);
    letGo?.();
    await slow;
    await soon(['reset', 1, 2], client.visits);
  });

  it('hands every event of many concurrent writers to every client exactly once and in the order of its cursor', async () => {
    const tail = await aTail(20);
    const clients = [collect(tail), collect(tail)];
    for (const client of clients) await soon(['reset'], client.visits);
    const wanted = Array.from({ length: 200 }, (_, i) => i + 1);
    await Promise.all(wanted.map((visit_id) => commitEvent(visit_id)));
    for (const client of clients) {
      await until(() => client.got.length).toBe(201);
      expect([...client.visits()].slice(1).sort((a, b) => Number(a) - Number(b))).toEqual(wanted);
      const keys = client.got.slice(1).map(({ id }) => id.split(':').slice(1).map(Number));
      expect([...keys].sort(([a = 0, b = 0], [c = 0, d = 0]) => a - c || b - d)).toEqual(keys);
    }
  });

  it('a client that comes back gets what it missed, once, and then goes on', async () => {
    const tail = await aTail(20);
    const first = collect(tail);
    await soon(['reset'], first.visits);
    await commitEvent(1);
    await soon(['reset', 1], first.visits);
    await first.stop();
    await commitEvent(2);
    await commitEvent(3);
    const second = collect(tail, first.got.at(-1)?.id);
    await soon([2, 3], second.visits);
    await commitEvent(4);
    await soon([2, 3, 4], second.visits);
  });

  it('a client that comes back to another process on the same database misses nothing either', async () => {
    const first = collect(await aTail(20));
    await soon(['reset'], first.visits);
    await commitEvent(1);
    await soon(['reset', 1], first.visits);
    await commitEvent(2);
    const other = await aTail(20);
    const second = collect(other, first.got.at(-1)?.id);
    await soon([2], second.visits);
  });

  it.each([
    ['another life of the database', 'other:5:5'],
    ['no cursor at all', 'hello'],
    ['a number beyond what the database counts', `life:${'9'.repeat(20)}:1`],
    ['a second cursor behind the first', 'life:1:1:1'],
    ['an empty string', ''],
  ])('a cursor of %s begins with reset', async (_name, cursor) => {
    await commitEvent(1);
    const client = collect(await aTail(20), cursor);
    await soon(['reset'], client.visits);
  });

  it('a client too far behind begins with reset instead of a long replay', async () => {
    await inTransaction(db.sequelize, async (unit) => {
      await query(
        unit,
        `INSERT INTO events (type, visit_id) SELECT 'visit.changed', n FROM generate_series(1, 1001) n`,
      );
    });
    const tail = await aTail(20);
    // Another database of the cluster may hold the horizon back: until then the tail itself has not read them.
    await until(() => tail.position().id).toBeGreaterThanOrEqual(1001);
    const client = collect(tail, writeCursor('life', { xid: '1', id: 0 }));
    await soon(['reset'], client.visits);
    await commitEvent(7);
    await soon(['reset', 7], client.visits);
  });

  it('a client that does not read is told to fetch anew, and memory stays bounded', async () => {
    const tail = await aTail(20);
    const abort = new AbortController();
    const stream = subscribe(
      { tail, incarnation: 'life', attachLive: () => () => undefined },
      null,
      abort.signal,
    );
    expect((await stream.next()).value?.[1]).toEqual({ type: 'reset' });
    await inTransaction(db.sequelize, async (unit) => {
      await query(
        unit,
        `INSERT INTO events (type, visit_id) SELECT 'visit.changed', n FROM generate_series(1, 2500) n`,
      );
    });
    tail.poke();
    await until(() => tail.position().id).toBeGreaterThanOrEqual(2500);
    expect((await stream.next()).value?.[1]).toEqual({ type: 'reset' });
    await commitEvent(9);
    expect((await stream.next()).value?.[1]).toMatchObject({ visit_id: 9 });
    abort.abort();
    expect((await stream.next()).done).toBe(true);
  });

  it('live events carry the cursor of the durable event before them', async () => {
    const tail = await aTail(20);
    let tell: (event: TillEvent) => void = () => undefined;
    const client = collect(tail, null, (listener) => (tell = listener));
    await soon(['reset'], client.visits);
    await commitEvent(1);
    await soon(['reset', 1], client.visits);
    tell({ type: 'card.scanned', uid: '04A1B2C3D4E580', reader: 'r' });
    await soon(['reset', 1, 'card.scanned'], client.visits);
    expect(client.got[2]?.id).toBe(client.got[1]?.id);
  });

  it('a commit in another process arrives by NOTIFY, long before the poll', async () => {
    const tail = await aTail(60_000);
    const hears = openWakeChannel({ url: db.appUrl, onWake: () => tail.poke() });
    const tells = openWakeChannel({ url: db.appUrl, onWake: () => undefined });
    opened.push(hears, tells);
    const client = collect(tail);
    await soon(['reset'], client.visits);
    await new Promise((resolve) => setTimeout(resolve, 300));
    await inTransaction(db.sequelize, (unit) =>
      appendEvent(unit, tells, { type: 'visit.changed', visit_id: 1 }),
    );
    await soon(['reset', 1], client.visits);
  });

  it('survives that the database throws its connections out', async () => {
    const errors: unknown[] = [];
    const tail = await openEventTail({
      sequelize: db.sequelize,
      pollMs: 50,
      onError: (error) => errors.push(error),
    });
    const channel = openWakeChannel({ url: db.appUrl, onWake: () => tail.poke() });
    opened.push(tail, channel);
    const client = collect(tail);
    await soon(['reset'], client.visits);
    await new Promise((resolve) => setTimeout(resolve, 200));
    const killed = await query<{ pg_terminate_backend: boolean }>(
      db.owner,
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND usename = 'taptill_app'`,
    ).catch(() => []);
    void killed;
    await commitEvent(1).catch(() => commitEvent(1));
    await soon(['reset', 1], client.visits);
    await new Promise((resolve) => setTimeout(resolve, 800));
    channel.wake();
    await commitEvent(2);
    await soon(['reset', 1, 2], client.visits);
  });
});

describe('a cursor', () => {
  it('is read back as it was written, also beyond what a double holds', () => {
    const at = { xid: '9007199254740993', id: 42 };
    expect(readCursor(writeCursor('life', at), 'life')).toEqual(at);
    expect(readCursor(writeCursor('life', at), 'other')).toBeUndefined();
  });
});
