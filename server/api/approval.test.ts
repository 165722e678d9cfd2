import { randomUUID } from 'node:crypto';
import { TRPCClientError } from '@trpc/client';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { query, queryOne } from '../db/query.ts';
import { appServer, type AppServer } from '../testing/appServer.ts';
import { enrolTestNode, PIN, setUpBar, signIn, tillClient } from '../testing/clients.ts';
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

const codeOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'done',
    (error: unknown) => {
      if (!(error instanceof TRPCClientError)) throw error;
      return (error.data as { taptill: { code: string } }).taptill.code;
    },
  );
const id = () => ({ request_id: randomUUID() });

describe('a PIN in place, over the wire', () => {
  it('waives a silent tap at the close of the shift, is counted when it is wrong, and stands nowhere', async () => {
    const { api, session } = await setUpBar(server.url);
    const lead = await api.staff.create.mutate({ ...id(), name: 'Олег', role: 'shift_lead', pin: '7391' });
    const [tap] = (await api.board.get.query()).taps;
    const node = await enrolTestNode(server, api, { name: 'pi', tap_ids: [tap?.tap_id ?? 0] });
    await node.close();
    await api.shifts.open.mutate({ ...id(), float_minor: 0 });
    const waivers = [{ tap_number: 1, reason: 'контроллер сгорел' }];
    const close = (approval: { operator_id: number; pin: string } | null) =>
      api.shifts.close.mutate({ ...id(), counted_cash_minor: 0, waivers, approval });
    expect(await codeOf(close(null))).toBe('approval.needed');
    expect(await codeOf(close({ operator_id: lead.id, pin: '0000' }))).toBe('session.wrong_pin');
    const [row] = await query(db.sequelize, 'SELECT pin_failures FROM operators WHERE id = $1', [lead.id]);
    expect(row).toEqual({ pin_failures: 1 });
    const { shift_id } = await close({ operator_id: lead.id, pin: '7391' });
    const { z } = await api.shifts.reports.query({ shift_id });
    expect(z?.waived_taps).toEqual([{ ...waivers[0], approved_by: lead.id }]);
    const { stored } = await queryOne<{ stored: string }>(
      db.sequelize,
      `SELECT coalesce((SELECT string_agg(i::text, ' ') FROM idempotency_keys i), '') ||
         (SELECT string_agg(a::text, ' ') FROM audit_events a) AS stored`,
    );
    expect(stored).not.toMatch(/7391|0000"/);
    expect(session.operator.role).toBe('engineer');
  });

  it('a drawer is handed over to the one who gives their own PIN', async () => {
    const { api } = await setUpBar(server.url);
    const taker = await api.staff.create.mutate({ ...id(), name: 'Марина', role: 'cashier', pin: '1111' });
    await api.shifts.open.mutate({ ...id(), float_minor: 50_000 });
    const hand = (pin: string) =>
      api.cash.handOver.mutate({ ...id(), counted_cash_minor: 50_000, to: { operator_id: taker.id, pin } });
    expect(await codeOf(hand('2222'))).toBe('session.wrong_pin');
    expect((await hand('1111')).operator_id).toBe(taker.id);
    const cashier = await signIn(server.url, taker.id, '1111');
    expect(
      await codeOf(cashier.cash.move.mutate({ ...id(), direction: 'out', amount_minor: 100, reason: 'x' })),
    ).toBe('approval.needed');
    expect(await codeOf(cashier.shifts.x.query())).toBe('operator.not_allowed');
    expect(await cashier.cash.current.query()).toMatchObject({ operator_id: taker.id, float_minor: 50_000 });
  });
});

describe('the recovery code, over the wire', () => {
  it('lets the engineer of the first run in again; many tries in a row are slowed down', async () => {
    const { session, recovery_code } = await setUpBar(server.url);
    const till = tillClient(server.url);
    const attempt = { operator_id: session.operator.id, pin: '9753' };
    const answer = await till.setup.recover.mutate({ ...attempt, code: recovery_code });
    expect(answer.session.operator.role).toBe('engineer');
    expect(await codeOf(till.session.signIn.mutate({ ...attempt, pin: PIN }))).toBe('session.wrong_pin');
    const back = await signIn(server.url, attempt.operator_id, '9753');
    expect(await back.session.touch.mutate()).toEqual({ idle_lock_s: 0 });
    const codes: string[] = [];
    for (let n = 0; n < 6; n += 1)
      codes.push(await codeOf(till.setup.recover.mutate({ ...attempt, code: 'WRONG' })));
    expect(codes[0]).toBe('recovery.code_wrong');
    expect(codes.at(-1)).toBe('request.too_many');
  });
});
