import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TillEvent } from '#domain/protocol/till';
import { queryOne } from '../db/query.ts';
import { appServer, type AppServer } from '../testing/appServer.ts';
import {
  enrolTestNode,
  setUpBar,
  tillClient,
  type EnrolledNode,
  type TillClient,
} from '../testing/clients.ts';
import { testDatabase, type TestDatabase } from '../testing/testDatabase.ts';

let db: TestDatabase;
let server: AppServer;
let api: TillClient;
let node: EnrolledNode;
beforeAll(async () => {
  db = await testDatabase();
  server = await appServer(db);
  ({ api } = await setUpBar(server.url));
  const [tap] = (await api.board.get.query()).taps;
  node = await enrolTestNode(server, api, { name: 'pi', tap_ids: [tap?.tap_id ?? 0] });
});
afterAll(async () => {
  await node.close();
  await server.close();
  await db.drop();
});

const UID = '04A1B2C3D4E580';
const request_id = () => randomUUID();
const boot_id = 'boot-0001';
const journal_id = 'journal-0001';

describe('one pour, from the card to the ledger', () => {
  it('over TLS: 500 ml at 300.00 a litre take 150.00 of 1,000.00, and the screens see it live', async () => {
    const events: TillEvent[] = [];
    const watching = api.events.subscribe.subscribe({}, { onData: ({ data }) => events.push(data) });
    await expect.poll(() => events[0]).toEqual({ type: 'reset' });

    await api.shifts.open.mutate({ request_id: request_id(), float_minor: 0 });
    const station = tillClient(server.url, { token: server.app.tokens.station });
    await station.station.report.mutate({ type: 'reader.changed', state: 'ready', names: ['ACR122U'] });
    await station.station.report.mutate({ type: 'card.scanned', uid: UID, reader: 'ACR122U' });
    await expect
      .poll(() => events.map(({ type }) => type))
      .toEqual(expect.arrayContaining(['reader.changed', 'card.scanned', 'shift.changed']));
    await api.cards.addToPool.mutate({ uid: UID });
    const opened = await api.visits.open.mutate({
      request_id: request_id(),
      guest: { age_confirmed: true, name: 'Анна' },
      card_uid: UID,
    });
    const { visit_id } = await api.visits.topUp.mutate({
      request_id: request_id(),
      visit_id: opened.visit_id,
      amount_minor: 100_000,
      method: 'cash',
    });

    const [tap_id = 0] = node.tap_ids;
    const meter = { tap_id, seq_high: 0, meter_total_ml: 0 };
    await node.client.node.hello.mutate({
      protocol_version: 1,
      software: 'test',
      boot_id,
      journal_id,
      journalled: [],
      taps: [meter],
    });
    const client_tx_id = randomBytes(16).toString('hex');
    const answer = await node.client.node.authorise.mutate({
      client_tx_id,
      tap_id,
      card_uid: UID,
      boot_id,
      attempt: 1,
    });
    if (answer.outcome !== 'granted') throw new Error(answer.refusal.code);
    const { grant } = answer;
    await node.client.node.heartbeat.mutate({
      boot_id,
      queue_depth: 0,
      oldest_age_ms: null,
      taps: [{ tap_id, phase: 'pouring', meter_total_ml: 0 }],
      stops_acknowledged: [],
    });
    await node.client.node.progress.mutate({ grant_id: grant.grant_id, tap_id, ml: 250 });
    await expect
      .poll(() => events)
      .toContainEqual({ type: 'pour.progress', tap_id, grant_id: grant.grant_id, ml: 250, minor: 7_500 });
    expect((await api.board.get.query()).taps).toMatchObject([{ phase: 'pouring', live_ml: 250, visit_id }]);

    const report = {
      grant_id: grant.grant_id,
      client_tx_id,
      tap_id,
      short_id: grant.short_id,
      seq: 1,
      pulses: 2700,
      metered_ml: 500,
      calibration_version: 1,
      duration_ms: 9_000,
      end_reason: 'card_removed',
      boot_id,
      age_ms: 10,
      offline: false,
      attempt: 1,
      journal_id,
    };
    const settled = await node.client.node.settle.mutate({
      reports: [report, { nonsense: true }, { ...report, attempt: 2, age_ms: 500 }],
    });
    expect(settled.verdicts.map(({ index, verdict }) => [index, verdict])).toEqual([
      [0, 'accepted'],
      [1, 'quarantined'],
      [2, 'duplicate'],
    ]);

    expect(await api.visits.get.query({ visit_id })).toMatchObject({
      balance_minor: 85_000,
      poured_minor: 15_000,
      lock: null,
    });
    expect(
      await queryOne(db.sequelize, 'SELECT coalesce(sum(amount_minor), 0) AS sum FROM ledger_entries'),
    ).toEqual({ sum: 0 });
    expect((await api.kegs.list.query())[0]?.remaining_ml).toBe(29_500);
    await expect.poll(() => events.filter(({ type }) => type === 'visit.changed').length).toBeGreaterThan(3);
    watching.unsubscribe();
    expect(server.unexpected).toEqual([]);
  });

  it('progress is told at most four times a second, and its last figure always', async () => {
    const [tap_id = 0] = node.tap_ids;
    const client_tx_id = randomBytes(16).toString('hex');
    const answer = await node.client.node.authorise.mutate({
      client_tx_id,
      tap_id,
      card_uid: UID,
      boot_id,
      attempt: 1,
    });
    if (answer.outcome !== 'granted') throw new Error(answer.refusal.code);
    const told: number[] = [];
    const end = server.app.live.attach((event) => event.type === 'pour.progress' && told.push(event.ml));
    const began = performance.now();
    for (let ml = 1; ml <= 40; ml += 1)
      await node.client.node.progress.mutate({ grant_id: answer.grant.grant_id, tap_id, ml });
    await expect.poll(() => told.at(-1)).toBe(40);
    end();
    expect(told.length).toBeLessThanOrEqual(2 + (performance.now() - began) / 250);
  });
});
