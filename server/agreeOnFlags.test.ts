import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import pg from 'pg';
import { agreeOnFlags } from './agreeOnFlags.ts';
import { setUpBar, tillClient } from './testing/clients.ts';
import { startServer } from './testing/startServer.ts';
import { testDatabase } from './testing/testDatabase.ts';
import type { TestDatabase } from './testing/testDatabase.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.drop());

const start = (overrides: Parameters<typeof agreeOnFlags>[0]['overrides']) =>
  agreeOnFlags({ url: db.appUrl, overrides, onError: () => undefined });

it('a second server with other flags in its environment is refused, named flag by flag; with the same it runs', async () => {
  const first = await start({ FF_ACTIVE_TAP_LOCK: false });
  await expect(start({})).rejects.toThrow(/FF_ACTIVE_TAP_LOCK is not set here and off there/);
  await expect(start({ FF_ACTIVE_TAP_LOCK: true, FF_POS_ADAPTER_STUB: false })).rejects.toThrow(
    /FF_ACTIVE_TAP_LOCK is on here and off there, FF_POS_ADAPTER_STUB is off here and not set there/,
  );
  const same = await start({ FF_ACTIVE_TAP_LOCK: false });
  await first.close();
  await expect(start({})).rejects.toThrow(/Another server runs/);
  await same.close();
  const alone = await start({});
  await alone.close();
});

it('of two that start at the same moment with different flags one is refused', async () => {
  const outcomes = await Promise.allSettled([start({}), start({ FF_LOST_CARD_ENFORCEMENT: false })]);
  const running = outcomes.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  expect(running).toHaveLength(1);
  await running[0]?.close();
});

it('a killed server leaves nothing behind, and one whose connection broke comes back', async () => {
  const first = await start({ FF_ACTIVE_TAP_LOCK: false });
  const admin = new pg.Client({ connectionString: db.adminUrl });
  await admin.connect();
  const kill = () =>
    admin.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'taptill flags' AND datname = current_database()`,
    );
  await kill();
  await expect
    .poll(
      () =>
        start({}).then(
          (other) => other.close().then(() => 'alone'),
          () => 'refused',
        ),
      { timeout: 10_000 },
    )
    .toBe('refused');
  await first.close();
  const other = await start({});
  await other.close();
  await admin.end();
});

it('real servers: the second one ends with the sentence; the first one tells its POS what was booked', async () => {
  const of = { databaseUrl: db.appUrl, ownerUrl: db.ownerUrl };
  const first = await startServer({ ...of, env: { FF_ACTIVE_TAP_LOCK: 'off' } });
  try {
    await expect(startServer({ ...of, env: { FF_POS_ADAPTER_STUB: 'off' } })).rejects.toThrow(
      /Another server runs on this database.*FF_ACTIVE_TAP_LOCK is not set here and off there.*FF_POS_ADAPTER_STUB/,
    );
    const { session } = await setUpBar(first.url);
    const api = tillClient(first.url, { token: session.token });
    await api.shifts.open.mutate({ request_id: randomUUID(), float_minor: 0 });
    await expect.poll(() => first.log(), { timeout: 15_000 }).toContain('POS shift shift:open-1: opened');
    const { waiting, rows } = await api.pos.recent.query({});
    expect([waiting, rows[0]?.key]).toEqual([0, 'shift:open-1']);
    expect((await api.flags.list.query())[1]).toMatchObject({
      override: false,
      stored: true,
      enabled: false,
    });
  } finally {
    await first.stop();
  }
});
