import { TRPCClientError } from '@trpc/client';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { query, queryOne } from '../db/query.ts';
import { hashPin } from '../security/pin.ts';
import { appServer, type AppServer } from '../testing/appServer.ts';
import { PIN, setUpBar, signIn, tillClient } from '../testing/clients.ts';
import { testDatabase, type TestDatabase } from '../testing/testDatabase.ts';

let db: TestDatabase;
let server: AppServer;
beforeAll(async () => {
  db = await testDatabase();
  server = await appServer(db);
});
afterEach(() => db.truncate());
afterAll(async () => {
  expect(server.unexpected).toEqual([]);
  await server.close();
  await db.drop();
});

const problemOf = async (
  call: Promise<unknown>,
): Promise<{ code: string; params: Record<string, unknown> }> => {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof TRPCClientError)) throw new Error(`no tRPC error: ${String(error)}`);
  const { code, params } = (error.data as { taptill: { code: string; params: Record<string, unknown> } })
    .taptill;
  return { code, params };
};
const wrong = (operator_id: number) =>
  problemOf(tillClient(server.url).session.signIn.mutate({ operator_id, pin: '9999' }));
const audited = async (action: string): Promise<number> =>
  (
    await queryOne<{ n: number }>(db.sequelize, 'SELECT count(*) AS n FROM audit_events WHERE action = $1', [
      action,
    ])
  ).n;
const inputOf = (bar_name: string) => ({
  bar_name,
  currency: 'RUB' as const,
  time_zone: 'Europe/Moscow',
  language: 'ru' as const,
  age_limit: 18,
  operator_name: 'Инна',
  pin: PIN,
  beverage: { name: 'Пилс', abv_permille: 48, price_minor_per_litre: 30_000 },
  keg_size_ml: 30_000,
  tap_number: 1,
});

describe('the first run', () => {
  it('makes the bar, signs its engineer in and tells the recovery code once', async () => {
    const { api, session, recovery_code } = await setUpBar(server.url);
    expect(recovery_code).toMatch(/^[2-9A-Z]{20}$/);
    expect(session.operator).toMatchObject({ name: 'Инна', role: 'engineer' });
    expect((await api.board.get.query()).taps).toMatchObject([
      { number: 1, beverage: 'Пилс', keg_remaining_ml: 30_000 },
    ]);
    const [stored] = await query<{ hash: string }>(
      db.sequelize,
      `SELECT value->>'hash' AS hash FROM settings WHERE key = 'recovery'`,
    );
    expect(stored?.hash).toMatch(/^scrypt\$/);
    expect(await tillClient(server.url).session.operators.query()).toMatchObject({
      setup_needed: false,
      operators: [{ name: 'Инна' }],
    });
  });

  it('happens once, also when two windows confirm at the same moment', async () => {
    const both = await Promise.allSettled(
      [1, 2].map((n) => tillClient(server.url).setup.firstRun.mutate(inputOf(`Бар ${n}`))),
    );
    expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await queryOne(db.sequelize, 'SELECT count(*) AS n FROM operators')).toEqual({ n: 1 });
    expect((await problemOf(tillClient(server.url).setup.firstRun.mutate(inputOf('Чужой')))).code).toBe(
      'setup.done_already',
    );
    expect((await problemOf(tillClient(server.url).setup.loadDemo.mutate())).code).toBe('setup.done_already');
  });

  it('refuses a time zone that does not exist and leaves nothing behind', async () => {
    const call = tillClient(server.url).setup.firstRun.mutate({
      ...inputOf('Бар'),
      time_zone: 'Mars/Olympus',
    });
    expect(await problemOf(call)).toMatchObject({ code: 'input.invalid', params: { path: 'time_zone' } });
    expect((await tillClient(server.url).session.operators.query()).setup_needed).toBe(true);
  });
});

describe('a PIN', () => {
  it('opens a session whose token is stored only as a hash', async () => {
    const { session } = await setUpBar(server.url);
    const rows = await query<{ token_hash: string }>(db.sequelize, 'SELECT token_hash FROM sessions');
    expect(rows).toHaveLength(1);
    expect(rows[0]?.token_hash).toMatch(/^[0-9a-f]{64}$/);
    expect(JSON.stringify(rows)).not.toContain(session.token);
    expect(Buffer.from(session.token, 'base64url')).toHaveLength(32);
  });

  it('wrong five times in a row locks the operator, with audit, and then not even the right one opens', async () => {
    const { session } = await setUpBar(server.url);
    const { id } = session.operator;
    const tries = [await wrong(id), await wrong(id), await wrong(id), await wrong(id), await wrong(id)];
    expect(tries.map(({ code }) => code)).toEqual([
      ...Array<string>(4).fill('session.wrong_pin'),
      'session.locked',
    ]);
    expect(tries.slice(0, 4).map(({ params }) => params['attempts_left'])).toEqual([4, 3, 2, 1]);
    expect((await problemOf(signIn(server.url, id))).code).toBe('session.locked');
    expect([
      await audited('session.wrong_pin'),
      await audited('session.locked'),
      await audited('session.refused_locked'),
    ]).toEqual([4, 1, 1]);
  });

  it('guessed many times at once is still guessed five times', async () => {
    const { session } = await setUpBar(server.url);
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => wrong(session.operator.id)));
    const codes = outcomes.map(({ code }) => code);
    expect(codes.filter((code) => code === 'session.wrong_pin')).toHaveLength(4);
    expect(codes.filter((code) => code === 'session.locked').length).toBeGreaterThan(0);
    // Who waited for the row too long was not answered about the PIN.
    expect(
      codes.filter((code) => !['session.wrong_pin', 'session.locked', 'server.busy'].includes(code)),
    ).toEqual([]);
    const row = await queryOne(
      db.sequelize,
      'SELECT pin_failures, locked_at IS NOT NULL AS locked FROM operators',
    );
    expect(row).toEqual({ pin_failures: 5, locked: true });
  });

  it('that fits forgets the wrong ones before it', async () => {
    const { session } = await setUpBar(server.url);
    for (let round = 0; round < 3; round += 1) {
      for (let i = 0; i < 4; i += 1) await wrong(session.operator.id);
      await signIn(server.url, session.operator.id);
    }
    expect(await queryOne(db.sequelize, 'SELECT pin_failures FROM operators')).toEqual({ pin_failures: 0 });
  });

  it('of an operator who does not exist or has left is answered like a wrong one, after the same work', async () => {
    const { session } = await setUpBar(server.url);
    const time = async (operator_id: number): Promise<number> => {
      const began = performance.now();
      await wrong(operator_id);
      return performance.now() - began;
    };
    expect((await wrong(999_999)).code).toBe('session.wrong_pin');
    const [known, unknown] = [await time(session.operator.id), await time(999_999)];
    expect(unknown).toBeGreaterThan(known / 5);
    await query(
      db.owner,
      `INSERT INTO operators (name, role, pin_hash, active) VALUES ('Ушёл', 'cashier', $1, false)`,
      [await hashPin(PIN)],
    );
    const { id } = await queryOne<{ id: number }>(
      db.sequelize,
      `SELECT id FROM operators WHERE name = 'Ушёл'`,
    );
    expect((await problemOf(signIn(server.url, id))).code).toBe('session.wrong_pin');
  });
});

describe('a session', () => {
  it('ends with signing out, with its time, and with its operator', async () => {
    const { api, session } = await setUpBar(server.url);
    expect(await api.session.me.query()).toEqual({ operator: session.operator, till_id: session.till_id });
    const other = await signIn(server.url, session.operator.id);
    await api.session.signOut.mutate();
    expect((await problemOf(api.session.me.query())).code).toBe('session.missing');
    await other.session.me.query();
    await query(db.sequelize, `UPDATE sessions SET created_at = now() - interval '17 hours'`);
    expect((await problemOf(other.session.me.query())).code).toBe('session.missing');
    const third = await signIn(server.url, session.operator.id);
    await query(db.sequelize, 'UPDATE operators SET active = false');
    expect((await problemOf(third.session.me.query())).code).toBe('session.missing');
  });

  it.each(['', 'x', 'A'.repeat(43), 'A'.repeat(5000), "' OR 1=1 --"])(
    'a made-up token %j opens none',
    async (token) => {
      await setUpBar(server.url);
      expect((await problemOf(tillClient(server.url, { token: token || ' ' }).board.get.query())).code).toBe(
        'session.missing',
      );
    },
  );

  it('the station’s token is no session, and a session is no station', async () => {
    const { api, session } = await setUpBar(server.url);
    const { station, till } = server.app.tokens;
    expect((await problemOf(tillClient(server.url, { token: station }).board.get.query())).code).toBe(
      'session.missing',
    );
    expect((await problemOf(tillClient(server.url, { token: till }).board.get.query())).code).toBe(
      'session.missing',
    );
    const report = { type: 'card.scanned' as const, uid: '04A1B2C3D4E580', reader: 'r' };
    expect((await problemOf(api.station.report.mutate(report))).code).toBe('session.missing');
    expect(
      (
        await problemOf(
          tillClient(server.url, { token: session.token, tillToken: till }).station.report.mutate(report),
        )
      ).code,
    ).toBe('session.missing');
    await tillClient(server.url, { token: station }).station.report.mutate(report);
  });

  it('the window may stop every tap without a PIN, and may nothing else', async () => {
    await setUpBar(server.url);
    const windowed = tillClient(server.url, { tillToken: server.app.tokens.till });
    expect(await windowed.taps.emergencyStop.mutate({ reason: 'пена' })).toEqual({ on: true });
    expect((await problemOf(windowed.taps.endEmergencyStop.mutate({ reason: 'всё' }))).code).toBe(
      'session.missing',
    );
    expect((await problemOf(windowed.board.get.query())).code).toBe('session.missing');
    expect(
      (
        await problemOf(
          tillClient(server.url, { tillToken: 'guess' }).taps.emergencyStop.mutate({ reason: 'x' }),
        )
      ).code,
    ).toBe('session.missing');
  });
});
