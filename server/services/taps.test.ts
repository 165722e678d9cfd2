import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { calibrateInput } from '#domain/protocol/taps';
import { query, queryOne } from '../db/query.ts';
import { calibrationsOf } from '../queries/calibrations.ts';
import { cleaningsOf } from '../queries/cleanings.ts';
import { emergencyStopState } from '../queries/stopState.ts';
import { tapRows } from '../queries/tapRows.ts';
import { aBar, anOperator, aTap, countRows } from '../testing/builders.ts';
import type { Bar } from '../testing/builders.ts';
import {
  aPourGranted,
  aReport,
  aScene,
  aTx,
  asking,
  auditActions,
  look,
  refusedWith,
} from '../testing/pours.ts';
import type { Scene } from '../testing/pours.ts';
import { race, refusalOf } from '../testing/refusals.ts';
import { testDatabase } from '../testing/testDatabase.ts';
import type { TestDatabase } from '../testing/testDatabase.ts';
import { authorisePour } from './authorisePour.ts';
import { calibrateTap } from './calibrateTap.ts';
import { endCleaning } from './endCleaning.ts';
import { endLease } from './endLease.ts';
import { reconcilePour } from './reconcilePour.ts';
import { recordFlow } from './recordFlow.ts';
import { resetTap } from './resetTap.ts';
import { setEmergencyStop } from './setEmergencyStop.ts';
import { setTapStatus } from './setTapStatus.ts';
import { settleReport } from './settleReport.ts';
import { startCleaning } from './startCleaning.ts';
import type { Actor, LiveTap } from './support/deps.ts';
import { nodeConfig } from './support/nodeConfig.ts';
import { verifyBooks } from './verifyBooks.ts';

let db: TestDatabase;
let bar: Bar;
let lead: Actor;
let scene: Scene;
let live: Map<number, LiveTap>;
beforeAll(async () => {
  db = await testDatabase();
});
beforeEach(async () => {
  await db.truncate();
  live = new Map();
  bar = await aBar(db, { live: { tap: (tap_id) => live.get(tap_id) } });
  lead = await anOperator(bar, { role: 'shift_lead' });
  scene = await aScene(bar);
});
afterAll(() => db.drop());

const DAY_MS = 86_400_000;
const onTap = () => ({ request_id: randomUUID(), tap_id: scene.tap.tap_id });
const aCleaning = (circulated = true) => ({ ...onTap(), reason: 'weekly', circulated, cleaned_by: null });
const statusNow = async () =>
  (
    await queryOne<{ status: string }>(db.sequelize, 'SELECT status FROM taps WHERE id = $1', [
      scene.tap.tap_id,
    ])
  ).status;
const kegMl = async () =>
  (
    await queryOne<{ ml: number }>(db.sequelize, 'SELECT remaining_ml AS ml FROM kegs WHERE id = $1', [
      scene.tap.keg_id,
    ])
  ).ml;
const flow = (kind: 'cleaning' | 'leak' | 'after_close', ml: number, age_ms = 0) =>
  recordFlow(bar.deps, scene.node, {
    flow_id: aTx(),
    tap_id: scene.tap.tap_id,
    kind,
    pulses: ml * 5,
    ml,
    age_ms,
  });
const reviews = () => query(db.sequelize, 'SELECT kind, tap_id, facts FROM review_items ORDER BY id');

describe('a cleaning', () => {
  it('stops selling, counts what flows, and lets the tap sell again; each once however often it is delivered', async () => {
    const start = aCleaning();
    const started = await startCleaning(bar.deps, lead, start);
    expect(started).toMatchObject({ ended_at: null, cleaned_by: lead.operator_id, flowed_ml: 0 });
    expect(await startCleaning(bar.deps, lead, start)).toEqual(started);
    expect(await refusedWith(authorisePour(bar.deps, scene.node, asking(scene)))).toBe('tap_unavailable');
    const { taps } = await nodeConfig(db.sequelize, scene.node.node_id, bar.clock.now());
    expect(taps[0]?.status).toBe('cleaning');
    await flow('cleaning', 800);
    const end = { ...onTap(), then: 'selling' as const };
    const ended = await endCleaning(bar.deps, lead, end);
    expect(ended).toMatchObject({ session_id: started.session_id, flowed_ml: 800 });
    expect(await endCleaning(bar.deps, lead, end)).toEqual(ended);
    expect(await statusNow()).toBe('selling');
    expect(await cleaningsOf(db.sequelize, scene.tap.tap_id)).toEqual([ended]);
    expect(await auditActions(bar, 'tap.cleaning%')).toEqual(['tap.cleaning_started', 'tap.cleaning_ended']);
  });

  it('that circulates never touches the keg; one through the keg takes its volume from there', async () => {
    await startCleaning(bar.deps, lead, aCleaning(true));
    await flow('cleaning', 800);
    expect(await kegMl()).toBe(30_000);
    await endCleaning(bar.deps, lead, { ...onTap(), then: 'selling' });
    bar.clock.advance(120_000);
    await startCleaning(bar.deps, lead, aCleaning(false));
    await flow('cleaning', 300);
    expect(await kegMl()).toBe(29_700);
    expect(await query(db.sequelize, 'SELECT kind, ml, keg_id FROM flow_losses ORDER BY id')).toEqual([
      { kind: 'cleaning', ml: 800, keg_id: null },
      { kind: 'cleaning', ml: 300, keg_id: scene.tap.keg_id },
    ]);
    expect((await verifyBooks(bar.deps)).broken).toEqual([]);
  });

  it('its flow may be told a little after its end; long after, it is of no cleaning and leaves the keg', async () => {
    await startCleaning(bar.deps, lead, aCleaning(true));
    bar.clock.advance(10_000);
    await endCleaning(bar.deps, lead, { ...onTap(), then: 'selling' });
    bar.clock.advance(9_000);
    await flow('cleaning', 100);
    expect(await kegMl()).toBe(30_000);
    bar.clock.advance(3_600_000);
    await flow('cleaning', 100);
    expect(await kegMl()).toBe(29_900);
    // What flowed while it was cleaned is the cleaning's, whenever it is told.
    await flow('cleaning', 100, 3_600_000 + 12_000);
    expect(await kegMl()).toBe(29_900);
  });

  it('is refused over a pour that may run, over another cleaning, by nobody, and at no tap', async () => {
    await aPourGranted(scene);
    const start = (change: object = {}) => startCleaning(bar.deps, lead, { ...aCleaning(), ...change });
    expect((await refusalOf(start())).code).toBe('tap.pour_may_run');
    const other = await aTap(bar);
    await start({ tap_id: other.tap_id });
    expect((await refusalOf(start({ tap_id: other.tap_id }))).code).toBe('tap.being_cleaned');
    expect((await refusalOf(start({ tap_id: 4711 }))).code).toBe('tap.not_found');
    const third = await aTap(bar);
    expect((await refusalOf(start({ tap_id: third.tap_id, cleaned_by: 4711 }))).code).toBe('staff.not_found');
    const end = endCleaning(bar.deps, lead, { ...onTap(), then: 'selling' });
    expect((await refusalOf(end)).code).toBe('tap.not_being_cleaned');
  });

  it('of 16 who start one, one does', async () => {
    const { won, codes } = await race(16, () => startCleaning(bar.deps, lead, aCleaning()));
    expect(won).toHaveLength(1);
    expect(codes).toEqual(Array.from({ length: 15 }, () => 'tap.being_cleaned'));
  });

  it('over, the tap still waits for the pour that it waited for, or stays off if it is told to', async () => {
    const { grant } = await aPourGranted(scene);
    await endLease(bar.deps, grant.grant_id);
    await startCleaning(bar.deps, lead, aCleaning());
    await endCleaning(bar.deps, lead, { ...onTap(), then: 'selling' });
    expect(await statusNow()).toBe('processing_sync');
    await startCleaning(bar.deps, lead, aCleaning());
    await endCleaning(bar.deps, lead, { ...onTap(), then: 'disabled' });
    expect(await statusNow()).toBe('disabled');
  });

  it('is asked for on the board 14 days after the last one, and after the first day of a tap never cleaned', async () => {
    const due = async () => {
      const [row] = await tapRows(bar.deps);
      return { cleaning_due: row?.cleaning_due, cleaned_at: row?.cleaned_at };
    };
    expect(await due()).toEqual({ cleaning_due: false, cleaned_at: null });
    bar.clock.advance(14 * DAY_MS + 60_000);
    expect(await due()).toEqual({ cleaning_due: true, cleaned_at: null });
    await startCleaning(bar.deps, lead, aCleaning());
    const { ended_at } = await endCleaning(bar.deps, lead, { ...onTap(), then: 'selling' });
    expect(await due()).toEqual({ cleaning_due: false, cleaned_at: ended_at });
    bar.clock.advance(14 * DAY_MS);
    expect(await due()).toEqual({ cleaning_due: true, cleaned_at: ended_at });
  });
});

describe('the status of a tap', () => {
  const set = (status: 'selling' | 'disabled', change: object = {}) =>
    setTapStatus(bar.deps, lead, { ...onTap(), status, reason: 'it drips', ...change });

  it('off and on again, with reason; a pour that runs goes on', async () => {
    const { grant, input } = await aPourGranted(scene);
    const off = { ...onTap(), status: 'disabled' as const, reason: 'it drips' };
    expect(await setTapStatus(bar.deps, lead, off)).toEqual({ tap_id: off.tap_id, status: 'disabled' });
    expect(await setTapStatus(bar.deps, lead, off)).toEqual({ tap_id: off.tap_id, status: 'disabled' });
    await settleReport(bar.deps, scene.node, aReport(grant));
    expect(await look(scene, input.client_tx_id)).toMatchObject({ billed_ml: 500, tap: 'disabled' });
    expect(await refusedWith(authorisePour(bar.deps, scene.node, asking(scene)))).toBe('tap_unavailable');
    expect((await set('selling')).status).toBe('selling');
    expect(
      await query(db.sequelize, `SELECT reason FROM audit_events WHERE action = 'tap.status_set'`),
    ).toEqual([{ reason: 'it drips' }, { reason: 'it drips' }]);
  });

  it('is not set over a cleaning, nor to selling over a pour that is waited for', async () => {
    await startCleaning(bar.deps, lead, aCleaning());
    expect((await refusalOf(set('selling'))).code).toBe('tap.being_cleaned');
    await endCleaning(bar.deps, lead, { ...onTap(), then: 'selling' });
    const { grant } = await aPourGranted(scene);
    await endLease(bar.deps, grant.grant_id);
    expect((await refusalOf(set('selling'))).code).toBe('tap.has_unsettled_grant');
    await set('disabled');
    expect((await set('selling')).status).toBe('processing_sync');
    expect((await refusalOf(set('selling', { tap_id: 4711 }))).code).toBe('tap.not_found');
  });
});

describe('reset of a tap from processing_sync', () => {
  const reset = () => resetTap(bar.deps, lead, { ...onTap(), reason: 'entered by hand' });

  it('is refused while its grant is unsettled; once that is resolved the tap sells without it', async () => {
    expect((await refusalOf(reset())).code).toBe('tap.not_waiting');
    const { grant } = await aPourGranted(scene);
    await endLease(bar.deps, grant.grant_id);
    expect((await refusalOf(reset())).code).toBe('tap.has_unsettled_grant');
    await reconcilePour(bar.deps, lead, {
      request_id: randomUUID(),
      reason: 'as told',
      visit_id: scene.visit.visit_id,
      grant_id: grant.grant_id,
      ml: 400,
      short_id: grant.short_id,
      approver: null,
    });
    expect(await statusNow()).toBe('selling');
  });

  it('frees a tap that waits for nothing, audited', async () => {
    await query(db.sequelize, `UPDATE taps SET status = 'processing_sync'`);
    const asked = { ...onTap(), reason: 'entered by hand' };
    expect(await resetTap(bar.deps, lead, asked)).toEqual({ tap_id: asked.tap_id, status: 'selling' });
    expect(await resetTap(bar.deps, lead, asked)).toEqual({ tap_id: asked.tap_id, status: 'selling' });
    expect(await auditActions(bar, 'tap.reset')).toEqual(['tap.reset']);
  });
});

describe('a calibration', () => {
  const three = (...pulses: [number, number, number]) => pulses.map((count) => ({ pulses: count, ml: 500 }));

  it('is a new version of the median, pushed to the node; every version is kept', async () => {
    const asked = { ...onTap(), measured: three(2_250, 2_260, 2_255) };
    const made = await calibrateTap(bar.deps, lead, asked);
    expect(made).toMatchObject({ version: 2, pulses_per_litre: 4_510, calibrated_by: lead.operator_id });
    expect(await calibrateTap(bar.deps, lead, asked)).toEqual(made);
    const { taps } = await nodeConfig(db.sequelize, scene.node.node_id, bar.clock.now());
    expect(taps[0]).toMatchObject({ pulses_per_litre: 4_510, calibration_version: 2 });
    expect(await calibrationsOf(db.sequelize, scene.tap.tap_id)).toMatchObject([
      made,
      { version: 1, pulses_per_litre: 5_400, spread_permille: null },
    ]);
    expect(
      await query(db.sequelize, `SELECT tap_id FROM events WHERE details ->> 'what' = 'calibration'`),
    ).toEqual([{ tap_id: scene.tap.tap_id }]);
    await expect(db.owner.query('UPDATE tap_calibrations SET pulses_per_litre = 1')).rejects.toThrow(
      'written once',
    );
  });

  it('whose pours differ too much is refused, and changes nothing', async () => {
    const asked = calibrateTap(bar.deps, lead, { ...onTap(), measured: three(2_250, 2_400, 2_255) });
    expect(await refusalOf(asked)).toMatchObject({
      code: 'calibration.spread',
      params: { spread_permille: 67, limit_permille: 30 },
    });
    expect(await countRows(bar, 'audit_events')).toBe(0);
    const nowhere = { ...onTap(), tap_id: 4711, measured: three(2_250, 2_250, 2_250) };
    expect((await refusalOf(calibrateTap(bar.deps, lead, nowhere))).code).toBe('tap.not_found');
    expect(calibrateInput.safeParse({ ...onTap(), measured: three(1, 1, 1).slice(1) }).success).toBe(false);
  });

  it('of 8 at once each gets its own version', async () => {
    const made = await Promise.all(
      Array.from({ length: 8 }, () =>
        calibrateTap(bar.deps, lead, { ...onTap(), measured: three(2_250, 2_250, 2_250) }),
      ),
    );
    expect(made.map((one) => one.version).sort((a, b) => a - b)).toEqual([2, 3, 4, 5, 6, 7, 8, 9]);
  });
});

describe('a report that cannot be true is booked by rule and shown', () => {
  const settle = async (change: Parameters<typeof aReport>[1]) => {
    const { grant, input } = await aPourGranted(scene);
    const { verdict } = await settleReport(bar.deps, scene.node, aReport(grant, change));
    return { verdict, ...(await look(scene, input.client_tx_id)) };
  };

  it('ml ≠ pulses × calibration: billed as told, one review item with both figures', async () => {
    expect(await settle({ metered_ml: 100, pulses: 2_700 })).toMatchObject({
      verdict: 'accepted',
      billed_ml: 100,
      keg_ml: 29_900,
      reviews: ['ml_not_pulses'],
    });
    expect(await reviews()).toMatchObject([
      { facts: { metered_ml: 100, pulses: 2_700, pulses_per_litre: 5_400, calibration_version: 1 } },
    ]);
  });

  it('each version counts by its own factor, one that the tap never had by none', async () => {
    await calibrateTap(bar.deps, lead, {
      ...onTap(),
      measured: [
        { pulses: 450, ml: 1_000 },
        { pulses: 450, ml: 1_000 },
        { pulses: 450, ml: 1_000 },
      ],
    });
    expect((await settle({ metered_ml: 500, pulses: 225, calibration_version: 2 })).reviews).toEqual([]);
    expect((await settle({ metered_ml: 500, pulses: 2_700, calibration_version: 1 })).reviews).toEqual([]);
    expect((await settle({ metered_ml: 500, pulses: 225, calibration_version: 3 })).reviews).toEqual([
      'ml_not_pulses',
    ]);
  });

  it('above the physical rate, and above what its grant allows', async () => {
    expect(await settle({ metered_ml: 900, duration_ms: 500 })).toMatchObject({
      verdict: 'accepted',
      billed_ml: 900,
      reviews: ['above_physical_rate'],
    });
    expect(await settle({ metered_ml: 5_000, duration_ms: 60_000 })).toMatchObject({
      verdict: 'accepted',
      billed_ml: 5_000,
      balance_minor: 0,
      reviews: ['above_physical_rate', 'uncovered_pour', 'above_grant'],
    });
    expect((await verifyBooks(bar.deps)).broken).toEqual([]);
  });
});

describe('the emergency stop, tap by tap', () => {
  const stop = (on: boolean) => setEmergencyStop(bar.deps, lead, { on, reason: 'smoke' });
  const states = async () => (await emergencyStopState(bar.deps)).taps.map((tap) => tap.state);
  const says = (tap_id: number, phase: LiveTap['phase'], last_seen_ms_ago = 0) =>
    void live.set(tap_id, { phase, last_seen_ms_ago, live_ml: null, grant_id: null });

  it('a tap acknowledges by its phase; after one second those that have not are silent', async () => {
    const [second, bare] = [await aTap(bar), await aTap(bar)];
    await query(db.sequelize, 'UPDATE taps SET node_id = NULL WHERE id = $1', [bare.tap_id]);
    expect(await emergencyStopState(bar.deps)).toEqual({ on: false, since: null, taps: [] });
    await stop(true);
    says(scene.tap.tap_id, 'pouring');
    expect(await states()).toEqual(['waiting', 'waiting', 'no_node']);
    bar.clock.advance(900);
    says(scene.tap.tap_id, 'emergency_stop', 200);
    expect(await states()).toEqual(['acknowledged', 'waiting', 'no_node']);
    bar.clock.advance(100);
    expect(await states()).toEqual(['acknowledged', 'silent', 'no_node']);
    says(second.tap_id, 'emergency_stop');
    expect(await states()).toEqual(['acknowledged', 'acknowledged', 'no_node']);
  });

  it('is latched since the first press; what a tap said of an earlier stop does not count', async () => {
    await stop(true);
    const { since } = await emergencyStopState(bar.deps);
    bar.clock.advance(5_000);
    await stop(true);
    expect((await emergencyStopState(bar.deps)).since).toBe(since);
    await stop(false);
    expect((await emergencyStopState(bar.deps)).on).toBe(false);
    bar.clock.advance(5_000);
    await stop(true);
    says(scene.tap.tap_id, 'emergency_stop', 3_000);
    expect(await states()).toEqual(['waiting']);
    bar.clock.advance(2_000);
    expect(await states()).toEqual(['silent']);
    expect(await refusedWith(authorisePour(bar.deps, scene.node, asking(scene)))).toBe('emergency_stop');
  });
});

describe('flow with the valve closed', () => {
  it('of 15 ml in ten seconds is an incident: a review item and an event, once while it is open', async () => {
    await flow('after_close', 8);
    expect(await reviews()).toEqual([]);
    await flow('leak', 7);
    const [item] = await reviews();
    expect(item).toMatchObject({ kind: 'closed_valve_flow', tap_id: scene.tap.tap_id });
    expect(
      await query(
        db.sequelize,
        `SELECT tap_id, details ->> 'kind' AS kind FROM events WHERE type = 'review.changed'`,
      ),
    ).toEqual([{ tap_id: scene.tap.tap_id, kind: 'closed_valve_flow' }]);
    await flow('leak', 40);
    expect(await reviews()).toHaveLength(1);
    expect(await auditActions(bar, 'tap.flowed%')).toHaveLength(2);
    await query(
      db.sequelize,
      `UPDATE review_items SET state = 'resolved', resolved_at = now(), resolved_by = $1, resolution = 'new seal'`,
      [lead.operator_id],
    );
    await flow('leak', 15);
    expect(await reviews()).toHaveLength(2);
  });

  it('a drip, and cleaning, are none', async () => {
    await flow('leak', 14);
    bar.clock.advance(10_000);
    await flow('leak', 14);
    await flow('cleaning', 800);
    expect(await reviews()).toEqual([]);
  });
});
