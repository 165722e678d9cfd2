import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { helloAnswer } from '#domain/protocol/node';
import type { HelloInput } from '#domain/protocol/node';
import { PROTOCOL_VERSION } from '#domain/protocol/node';
import { query } from '../db/query.ts';
import { aBar, aNode } from '../testing/builders.ts';
import type { Bar } from '../testing/builders.ts';
import {
  aPourGranted,
  aReport,
  aScene,
  asking,
  BOOT,
  granted,
  JOURNAL,
  look,
  refusedWith,
} from '../testing/pours.ts';
import type { Scene } from '../testing/pours.ts';
import { testDatabase } from '../testing/testDatabase.ts';
import type { TestDatabase } from '../testing/testDatabase.ts';
import { authorisePour } from './authorisePour.ts';
import { forceUnlock } from './forceUnlock.ts';
import { helloNode } from './helloNode.ts';
import { recordHeartbeat } from './recordHeartbeat.ts';
import { settleReport } from './settleReport.ts';

let db: TestDatabase;
let bar: Bar;
let scene: Scene;
beforeAll(async () => {
  db = await testDatabase();
});
beforeEach(async () => {
  await db.truncate();
  bar = await aBar(db);
  scene = await aScene(bar);
});
afterAll(() => db.drop());

const NEXT_BOOT = 'boot-0000-0002';
const hello = (change: Partial<HelloInput> & { seq_high?: number; meter_total_ml?: number } = {}) => {
  const { seq_high = 0, meter_total_ml = 0, ...rest } = change;
  return helloNode(bar.deps, scene.node, {
    protocol_version: 1,
    software: 'tap 1.0',
    boot_id: BOOT,
    journal_id: JOURNAL,
    journalled: [],
    taps: [{ tap_id: scene.tap.tap_id, seq_high, meter_total_ml }],
    ...rest,
  });
};
const stateOf = async (client_tx_id: string) => (await look(scene, client_tx_id)).grant;

it('answers config, incarnation, the till’s marks and what is unsettled, and again the same', async () => {
  const { grant } = await aPourGranted(scene);
  const answer = await hello();
  expect(helloAnswer.parse(answer)).toEqual(answer);
  expect(answer).toMatchObject({
    node_id: scene.node.node_id,
    config: { start_window_ms: 10_000, pour_cap_ms: 120_000, lease_ms: 140_000, emergency_stop: false },
    marks: [],
    unsettled: [
      {
        grant_id: grant.grant_id,
        client_tx_id: grant.client_tx_id,
        tap_id: scene.tap.tap_id,
        stopped: false,
      },
    ],
  });
  expect(answer.config.taps).toMatchObject([
    { tap_id: scene.tap.tap_id, status: 'selling', beverage: { price_minor_per_litre: 30_000 } },
  ]);
  expect(await hello()).toEqual(answer);
});

it('a crash while asking: the next boot disowns what its journal does not hold, and the tap sells', async () => {
  await hello();
  const { input } = await aPourGranted(scene);
  const answer = await hello({ boot_id: NEXT_BOOT });
  expect(answer.unsettled).toEqual([]);
  expect(await stateOf(input.client_tx_id)).toBe('released');
  expect(await refusedWith(authorisePour(bar.deps, scene.node, input))).toBe('grant_over');
  await granted(authorisePour(bar.deps, scene.node, asking(scene, { boot_id: NEXT_BOOT })));
});

it('an attempt that the journal holds, or of this boot, is never disowned', async () => {
  await hello();
  const { input } = await aPourGranted(scene);
  await hello();
  expect(await stateOf(input.client_tx_id)).toBe('open');
  await hello({ boot_id: NEXT_BOOT, journalled: [input.client_tx_id] });
  expect(await stateOf(input.client_tx_id)).toBe('open');
});

it('H12: a new journal releases nothing and is looked at; so is an old image whose marks went back', async () => {
  await hello({ meter_total_ml: 4_000 });
  const first = await aPourGranted(scene);
  await settleReport(bar.deps, scene.node, aReport(first.grant, { seq: 7 }));
  const { input } = await aPourGranted(scene);

  await hello({ boot_id: NEXT_BOOT, journal_id: JOURNAL, seq_high: 6, meter_total_ml: 4_500 });
  expect(await look(scene, input.client_tx_id)).toMatchObject({
    grant: 'open',
    reviews: ['journal_went_back'],
  });
  await hello({ boot_id: 'boot-0000-0004', seq_high: 7, meter_total_ml: 3_000 });
  expect(await look(scene, input.client_tx_id)).toMatchObject({
    grant: 'open',
    reviews: ['journal_went_back', 'journal_went_back'],
  });
  await hello({ boot_id: 'boot-0000-0003', journal_id: 'journal-0000-0002', seq_high: 0 });
  expect((await look(scene, input.client_tx_id)).reviews).toEqual([
    'journal_went_back',
    'journal_went_back',
    'journal_new',
  ]);
  expect(await stateOf(input.client_tx_id)).toBe('open');
});

it('H12: what a lost journal may have held is not disowned at the start after the next either', async () => {
  await hello();
  const { input } = await aPourGranted(scene);
  const card = { journal_id: 'journal-0000-0002' };
  await hello({ ...card, boot_id: NEXT_BOOT });
  await hello({ ...card, boot_id: 'boot-0000-0003' });
  expect(await stateOf(input.client_tx_id)).toBe('open');
});

it('H12: nor when an older image has caught up with the marks', async () => {
  await hello();
  const first = await aPourGranted(scene);
  await settleReport(bar.deps, scene.node, aReport(first.grant, { seq: 7 }));
  const { input } = await aPourGranted(scene);
  await hello({ boot_id: NEXT_BOOT, seq_high: 6 });
  await hello({ boot_id: 'boot-0000-0003', seq_high: 7 });
  expect(await stateOf(input.client_tx_id)).toBe('open');
});

it('H23: the marks are how far the till has read this journal, and never what the node says of itself', async () => {
  await hello({ seq_high: 12 });
  expect((await hello({ seq_high: 12 })).marks).toEqual([]);
  const { grant } = await aPourGranted(scene);
  await settleReport(bar.deps, scene.node, aReport(grant, { seq: 9 }));
  expect((await hello({ seq_high: 12 })).marks).toEqual([{ tap_id: scene.tap.tap_id, seq_high: 9 }]);
  expect((await hello({ journal_id: 'journal-0000-0002' })).marks).toEqual([]);
});

it('a node learns nothing of the grants of another, and cannot disown them', async () => {
  await hello();
  const { input } = await aPourGranted(scene);
  const stranger = await aNode(bar);
  const said = { protocol_version: 1, software: '', boot_id: NEXT_BOOT, journal_id: JOURNAL, journalled: [] };
  const taps = [{ tap_id: scene.tap.tap_id, seq_high: 0, meter_total_ml: 0 }];
  await helloNode(bar.deps, stranger, { ...said, taps });
  const answer = await helloNode(bar.deps, stranger, { ...said, taps, boot_id: 'boot-0000-0009' });
  expect(answer).toMatchObject({ unsettled: [], config: { taps: [] } });
  expect(await stateOf(input.client_tx_id)).toBe('open');
});

it('an older node is refused at its taps, and its queue is still drained', async () => {
  const { grant } = await aPourGranted(scene);
  const { node } = scene;
  const said = { boot_id: BOOT, journal_id: JOURNAL, journalled: [], software: '' };
  const taps = [{ tap_id: scene.tap.tap_id, seq_high: 0, meter_total_ml: 0 }];
  await helloNode(bar.deps, node, { ...said, taps, protocol_version: PROTOCOL_VERSION - 1 });
  expect(await refusedWith(authorisePour(bar.deps, node, asking(scene)))).toBe('card_in_use_here');
  await helloNode(bar.deps, node, { ...said, taps, protocol_version: PROTOCOL_VERSION - 2 });
  expect(await refusedWith(authorisePour(bar.deps, scene.node, asking(scene)))).toBe('node_outdated');
  expect((await settleReport(bar.deps, scene.node, aReport(grant))).verdict).toBe('accepted');
});

it('heartbeat repeats a stop until the grant has ended, and takes its acknowledgement once', async () => {
  await hello();
  const { grant } = await aPourGranted(scene);
  const beat = (stops_acknowledged: string[] = [], meter_total_ml = 500) =>
    recordHeartbeat(bar.deps, scene.node, {
      boot_id: BOOT,
      queue_depth: 2,
      oldest_age_ms: 50,
      taps: [{ tap_id: scene.tap.tap_id, phase: 'pouring', meter_total_ml }],
      stops_acknowledged,
    });
  const first = await beat();
  expect(first).toMatchObject({ emergency_stop: false, stop_grants: [] });
  const { visit_id } = scene.visit;
  await forceUnlock(
    bar.deps,
    bar.actor,
    { request_id: bar.deps.random.uuid(), visit_id, expected_version: 2, reason: 'Stuck' },
    0,
  );
  expect(await beat()).toMatchObject({ stop_grants: [grant.grant_id] });
  expect((await hello()).unsettled).toMatchObject([{ stopped: true }]);
  await beat([grant.grant_id]);
  await beat([grant.grant_id]);
  const acks = await query(
    db.sequelize,
    `SELECT grant_id FROM audit_events WHERE action = 'grant.stop_acknowledged'`,
  );
  expect(acks).toEqual([{ grant_id: grant.grant_id }]);
  await settleReport(bar.deps, scene.node, aReport(grant));
  const last = await beat();
  expect(last.stop_grants).toEqual([]);
  const node = await query(
    db.sequelize,
    'SELECT queue_depth, meter_total_ml FROM nodes n JOIN node_marks m ON m.node_id = n.id',
  );
  expect(node).toEqual([{ queue_depth: 2, meter_total_ml: 500 }]);
});

it('the version of the configuration changes exactly with it', async () => {
  await hello();
  const beat = () =>
    recordHeartbeat(bar.deps, scene.node, {
      boot_id: BOOT,
      queue_depth: 0,
      oldest_age_ms: null,
      taps: [],
      stops_acknowledged: [],
    });
  const { config_version } = await beat();
  expect((await beat()).config_version).toBe(config_version);
  await query(db.owner, 'UPDATE beverages SET price_minor_per_litre = 31000');
  expect((await beat()).config_version).not.toBe(config_version);
});
