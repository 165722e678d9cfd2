import { randomUUID } from 'node:crypto';
import { TRPCClientError } from '@trpc/client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { appServer } from '../testing/appServer.ts';
import type { AppServer } from '../testing/appServer.ts';
import { enrolTestNode, setUpBar } from '../testing/clients.ts';
import type { EnrolledNode, TillClient } from '../testing/clients.ts';
import { testDatabase } from '../testing/testDatabase.ts';
import type { TestDatabase } from '../testing/testDatabase.ts';

let db: TestDatabase;
let server: AppServer;
let api: TillClient;
let node: EnrolledNode;
let tap_id: number;
beforeAll(async () => {
  db = await testDatabase();
  server = await appServer(db);
  ({ api } = await setUpBar(server.url));
  const [tap] = (await api.board.get.query()).taps;
  tap_id = tap?.tap_id ?? 0;
  node = await enrolTestNode(server, api, { name: 'pi', tap_ids: [tap_id] });
});
afterAll(async () => {
  await node.close();
  expect(server.unexpected).toEqual([]);
  await server.close();
  await db.drop();
});

const once = () => ({ request_id: randomUUID(), reason: 'по журналу' });
const onTap = () => ({ ...once(), tap_id });
const tapRow = async () => (await api.board.get.query()).taps.find((tap) => tap.tap_id === tap_id);
const beat = (phase: 'idle' | 'emergency_stop') =>
  node.client.node.heartbeat.mutate({
    boot_id: 'boot-0001',
    queue_depth: 0,
    oldest_age_ms: null,
    taps: [{ tap_id, phase, meter_total_ml: 0 }],
    stops_acknowledged: [],
  });

it('M7: kegs are received, suggested, changed, put right, emptied and returned over the till’s wire', async () => {
  const [first] = await api.kegs.list.query();
  const beverage_id = first?.beverage_id ?? 0;
  const receive = (marking_code?: string) =>
    api.kegs.receive.mutate({ request_id: randomUUID(), beverage_id, size_ml: 20_000, marking_code });
  const [second, third] = [await receive('0104600000000001'), await receive()];
  expect((await api.kegs.suggest.query({ tap_id })).suggested?.keg_id).toBe(second.keg_id);
  expect((await api.kegs.suggest.query({ beverage_id })).candidates).toHaveLength(2);
  const changed = await api.kegs.change.mutate({ ...onTap(), keg_id: second.keg_id, fate: 'partial' });
  expect(changed).toMatchObject({ off: { state: 'in_store' }, on: { keg_id: second.keg_id, tap_number: 1 } });
  // The one that was taken off is opened, so it is the next.
  expect((await api.kegs.suggest.query({ tap_id })).suggested?.keg_id).toBe(first?.keg_id);
  const corrected = await api.kegs.correct.mutate({
    ...onTap(),
    from_keg_id: second.keg_id,
    to_keg_id: third.keg_id,
    since: new Date(Date.now() - 60_000).toISOString(),
    fate: 'partial',
  });
  expect(corrected).toMatchObject({ moved_ml: 0, to: { keg_id: third.keg_id, state: 'on_tap' } });
  const code = { request_id: randomUUID(), keg_id: third.keg_id, marking_code: '0104600000000002' };
  expect((await api.kegs.setMarkingCode.mutate(code)).marking_code).toBe('0104600000000002');
  expect((await api.kegs.markEmpty.mutate({ ...once(), keg_id: third.keg_id })).state).toBe('empty');
  expect(await tapRow()).toMatchObject({ beverage: null, keg_id: null, keg_low: false });
  expect(await api.kegs.takeOff.mutate({ ...onTap(), fate: 'returned' })).toMatchObject({
    state: 'returned',
  });
  expect((await api.kegs.markReturned.mutate({ ...once(), keg_id: second.keg_id })).state).toBe('returned');
  const put = { request_id: randomUUID(), tap_id, keg_id: first?.keg_id ?? 0 };
  expect((await api.kegs.putOnTap.mutate(put)).remaining_ml).toBe(first?.remaining_ml);
});

it('prices are set, seen on the board, and removed', async () => {
  const before = (await tapRow())?.price_minor_per_litre ?? 0;
  const rule = await api.prices.set.mutate({
    ...once(),
    replaces: null,
    name: 'Весь день',
    beverage_id: null,
    weekdays: [1, 2, 3, 4, 5, 6, 7],
    from_minute: 0,
    until_minute: 1_440,
    staff_only: false,
    effect: { kind: 'percent', percent_off: 50 },
  });
  expect(rule.on_now).toBe(true);
  expect(await api.prices.list.query()).toEqual([rule]);
  expect(await tapRow()).toMatchObject({
    price_minor_per_litre: before / 2,
    list_price_minor_per_litre: before,
  });
  expect(await api.prices.remove.mutate({ ...once(), rule_id: rule.rule_id })).toEqual({
    rule_id: rule.rule_id,
  });
  expect((await tapRow())?.price_minor_per_litre).toBe(before);
  const nobody = api.prices.setStaff.mutate({ ...once(), guest_id: 4711, staff: true });
  await expect(nobody).rejects.toThrow(TRPCClientError);
});

it('a tap is cleaned, switched off and on, calibrated; its node hears of each', async () => {
  const { request_id } = once();
  const cleaning = await api.taps.startCleaning.mutate({
    request_id,
    tap_id,
    reason: 'по графику',
    circulated: true,
  });
  expect(cleaning.ended_at).toBeNull();
  expect((await tapRow())?.status).toBe('cleaning');
  const ended = await api.taps.endCleaning.mutate({ request_id: randomUUID(), tap_id });
  expect(await api.taps.cleanings.query({ tap_id })).toEqual([ended]);
  expect((await tapRow())?.cleaned_at).toBe(ended.ended_at);
  expect((await api.taps.setStatus.mutate({ ...onTap(), status: 'disabled' })).status).toBe('disabled');
  const { config_version } = await beat('idle');
  expect((await api.taps.setStatus.mutate({ ...onTap(), status: 'selling' })).status).toBe('selling');
  expect((await beat('idle')).config_version).not.toBe(config_version);
  await expect(api.taps.reset.mutate(onTap())).rejects.toMatchObject({
    data: { taptill: { code: 'tap.not_waiting' } },
  });
  const measured = [2_250, 2_255, 2_260].map((pulses) => ({ pulses, ml: 500 }));
  const calibration = await api.taps.calibrate.mutate({ request_id: randomUUID(), tap_id, measured });
  expect(calibration).toMatchObject({ version: 2, pulses_per_litre: 4_510 });
  expect(await api.taps.calibrations.query({ tap_id })).toHaveLength(2);
  const foam = [2_250, 2_255, 2_900].map((pulses) => ({ pulses, ml: 500 }));
  const spread = api.taps.calibrate.mutate({ request_id: randomUUID(), tap_id, measured: foam });
  await expect(spread).rejects.toMatchObject({ data: { taptill: { code: 'calibration.spread' } } });
});

it('the emergency stop is seen tap by tap: the heartbeat acknowledges it', async () => {
  expect(await api.taps.stopState.query()).toEqual({ on: false, since: null, taps: [] });
  await beat('idle');
  await api.taps.emergencyStop.mutate({ reason: 'дым' });
  const state = async () => (await api.taps.stopState.query()).taps;
  expect(['waiting', 'silent']).toContain((await state())[0]?.state);
  await expect.poll(async () => (await state())[0]?.state, { timeout: 3_000 }).toBe('silent');
  await beat('emergency_stop');
  expect(await state()).toEqual([{ tap_id, number: 1, state: 'acknowledged' }]);
  await api.taps.endEmergencyStop.mutate({ reason: 'проверено' });
  expect((await api.taps.stopState.query()).on).toBe(false);
});

it('incidents of a tap are in the list of reviews', async () => {
  const flow = { flow_id: 'ab'.repeat(16), tap_id, kind: 'leak' as const, pulses: 90, ml: 20, age_ms: 0 };
  await node.client.node.flow.mutate(flow);
  const items = await api.reviews.list.query({});
  expect(items.map((item) => item.kind)).toEqual(['closed_valve_flow']);
});
