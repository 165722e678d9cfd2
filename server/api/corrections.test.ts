import { randomBytes, randomUUID } from 'node:crypto';
import { TRPCClientError } from '@trpc/client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { query } from '../db/query.ts';
import { appServer } from '../testing/appServer.ts';
import type { AppServer } from '../testing/appServer.ts';
import { enrolTestNode, setUpBar, signIn } from '../testing/clients.ts';
import type { EnrolledNode, TillClient } from '../testing/clients.ts';
import { testDatabase } from '../testing/testDatabase.ts';
import type { TestDatabase } from '../testing/testDatabase.ts';

const UID = '04A1B2C3D4E5F6';
const BOOT = 'boot-0000-0001';
let db: TestDatabase;
let server: AppServer;
let engineer: TillClient;
let cashier: TillClient;
let approval: { operator_id: number; pin: string };
let node: EnrolledNode;
let visit_id: number;
let guest_id: number;
beforeAll(async () => {
  db = await testDatabase();
  server = await appServer(db);
  ({ api: engineer } = await setUpBar(server.url));
  const lead = await engineer.staff.create.mutate({ ...id(), name: 'Олег', role: 'shift_lead', pin: '7391' });
  const anna = await engineer.staff.create.mutate({ ...id(), name: 'Анна', role: 'cashier', pin: '1597' });
  approval = { operator_id: lead.id, pin: '7391' };
  cashier = await signIn(server.url, anna.id, '1597');
  const [tap] = (await engineer.board.get.query()).taps;
  node = await enrolTestNode(server, engineer, { name: 'pi', tap_ids: [tap?.tap_id ?? 0] });
  await engineer.shifts.open.mutate({ ...id(), float_minor: 0 });
  const visit = await cashier.visits.open.mutate({
    ...id(),
    guest: { name: 'Вера', age_confirmed: true },
    card_uid: UID,
  });
  ({ visit_id, guest_id } = visit);
  await cashier.visits.topUp.mutate({ ...id(), visit_id, amount_minor: 45_000, method: 'cash' });
});
afterAll(async () => {
  await node.close();
  expect(server.unexpected).toEqual([]);
  await server.close();
  await db.drop();
});

const id = () => ({ request_id: randomUUID() });
const codeOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'done',
    (error: unknown) => {
      if (!(error instanceof TRPCClientError)) throw error;
      return (error.data as { taptill: { code: string } }).taptill.code;
    },
  );
let seq = 0;
async function pour(metered_ml: number): Promise<number> {
  const [tap_id = 0] = node.tap_ids;
  const client_tx_id = randomBytes(16).toString('hex');
  const asked = { client_tx_id, tap_id, card_uid: UID, boot_id: BOOT, attempt: 1 };
  const answer = await node.client.node.authorise.mutate(asked);
  if (answer.outcome !== 'granted') throw new Error(answer.refusal.code);
  const { grant_id, short_id } = answer.grant;
  const report = {
    grant_id,
    client_tx_id,
    tap_id,
    short_id,
    seq: (seq += 1),
    pulses: Math.round(metered_ml * 5.4),
    metered_ml,
    calibration_version: 1,
    duration_ms: 20_000,
    end_reason: 'card_removed' as const,
    boot_id: BOOT,
    age_ms: 10,
    offline: false,
    attempt: 1,
    journal_id: 'journal-0000-0001',
  };
  await node.client.node.settle.mutate({ reports: [report] });
  const { pours } = await cashier.visits.get.query({ visit_id });
  return pours.find((one) => one.grant_id === grant_id)?.pour_id ?? 0;
}

it('a comp within the cap, one above it by PIN, and a reversal, over the till’s wire', async () => {
  const pour_id = await pour(500);
  const gift = { pour_id, reason: 'пена' };
  const after = await cashier.pours.comp.mutate({ ...id(), ...gift, ml: 100 });
  expect(after.balance_minor).toBe(45_000 - 15_000 + 3_000);
  expect(after.pours[0]).toMatchObject({
    cost_minor: 15_000,
    corrected: { charged_minor: 12_000, left_ml: 400, reversed: false },
  });
  await engineer.settings.set.mutate({
    ...id(),
    reason: 'проверка',
    section: 'money',
    values: { comp_ml_per_day: { cashier: 100, shift_lead: 10_000, engineer: 10_000 } },
  });
  const more = () => ({ ...id(), ...gift, ml: 100 });
  expect(await codeOf(cashier.pours.comp.mutate(more()))).toBe('approval.needed');
  const wrong = { ...approval, pin: '0000' };
  expect(await codeOf(cashier.pours.comp.mutate({ ...more(), approval: wrong }))).toBe('session.wrong_pin');
  await cashier.pours.comp.mutate({ ...more(), approval });
  const reversed = await cashier.pours.reverse.mutate({ ...id(), ...gift, approval });
  expect(reversed.balance_minor).toBe(45_000);
  expect(await codeOf(cashier.pours.reverse.mutate({ ...id(), ...gift, approval }))).toBe('pour.reversed');
});

it('a quarantined report is listed, read word for word, and kept by a shift lead’s PIN', async () => {
  await node.client.node.settle.mutate({ reports: [{ nonsense: true }] });
  const [item] = await cashier.reviews.list.query({ kind: 'invalid_report' });
  const review_id = item?.review_id ?? 0;
  expect((await cashier.reviews.get.query({ review_id })).report?.body).toBe('{"nonsense":true}');
  expect((await cashier.reviews.quarantine.query())[0]).toMatchObject({
    quarantine_reason: 'invalid_report',
  });
  const keep = { review_id, resolution: 'keep' as const, reason: 'мусор' };
  expect(await codeOf(cashier.reviews.resolve.mutate({ ...id(), ...keep }))).toBe('approval.needed');
  expect(await cashier.reviews.resolve.mutate({ ...id(), ...keep, approval })).toMatchObject({
    state: 'resolved',
    resolution: 'keep',
    resolution_reason: 'мусор',
  });
  expect(await codeOf(cashier.reviews.resolve.mutate({ ...id(), ...keep, approval }))).toBe(
    'review.resolved',
  );
  expect(await cashier.reviews.list.query({ state: 'resolved' })).toHaveLength(1);
});

it('a debt is listed, carried, paid and written off; the X shows it all', async () => {
  await engineer.settings.set.mutate({
    ...id(),
    reason: 'проверка',
    section: 'money',
    values: { debt_refuses: false },
  });
  await pour(1_700);
  expect(await cashier.receivables.list.query()).toMatchObject([{ guest_id, debt_minor: 6_000 }]);
  const other = await cashier.visits.open.mutate({ ...id(), guest: { name: 'Глеб', age_confirmed: true } });
  const carry = { guest_id, to_guest_id: other.guest_id, amount_minor: 2_000, reason: 'угощал', approval };
  expect((await cashier.receivables.carry.mutate({ ...id(), ...carry })).debt_minor).toBe(4_000);
  const pay = { guest_id, amount_minor: 1_000, method: 'cash' as const };
  expect((await cashier.receivables.pay.mutate({ ...id(), ...pay })).debt_minor).toBe(3_000);
  const off = { guest_id, amount_minor: 3_000, reason: 'ушла', approval };
  expect((await cashier.receivables.writeOff.mutate({ ...id(), ...off })).debt_minor).toBe(0);
  const x = await engineer.shifts.x.query();
  expect(x.corrections).toEqual({
    comped_ml: 200,
    comped_minor: 0,
    reversed_ml: 300,
    reversed_minor: 9_000,
    adjusted_minor: 0,
    written_off_minor: 3_000,
    debts_paid_cash_minor: 1_000,
    debts_paid_card_minor: 0,
    rounded_minor: 0,
  });
  expect(x.receivables).toEqual({ new_minor: 6_000, paid_minor: 1_000 });
  expect(x.expected_minor).toBe(46_000);
});

it('more to drink by a shift lead’s PIN, and a visit of the house, over the till’s wire', async () => {
  const { service } = await cashier.visits.get.query({ visit_id });
  expect(service).toEqual({ unit: 'ml', limit: 2_000, used: 2_200, level: 'reached' });
  const raised = await cashier.visits.raiseLimit.mutate({
    ...id(),
    visit_id,
    extra: 1_000,
    reason: 'знает меру',
    approval,
  });
  expect(raised.service).toMatchObject({ limit: (service?.limit ?? 0) + 1_000, level: 'ok' });
  const house = { purpose: 'quality' as const, reason: 'проба' };
  expect(await codeOf(cashier.visits.openHouse.mutate({ ...id(), ...house }))).toBe('approval.needed');
  const opened = await cashier.visits.openHouse.mutate({ ...id(), ...house, approval });
  expect(opened).toMatchObject({ house_purpose: 'quality', guest_name: null });
  expect(
    await query(db.sequelize, 'SELECT pin_failures FROM operators WHERE id = $1', [approval.operator_id]),
  ).toEqual([{ pin_failures: 0 }]);
});
