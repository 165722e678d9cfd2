import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { NodeCommand } from '#domain/protocol/node';
import { setPriceRuleInput } from '#domain/protocol/prices';
import type { SetPriceRuleInput } from '#domain/protocol/prices';
import { query } from '../db/query.ts';
import type { StoredEvent } from '../events/tail.ts';
import { configPusher } from '../live/configPusher.ts';
import { priceRuleList } from '../queries/priceRules.ts';
import { tapRows } from '../queries/tapRows.ts';
import { guestView } from '../queries/guests.ts';
import { aBar, aBeverage, aClock, anOperator, countRows } from '../testing/builders.ts';
import type { Bar } from '../testing/builders.ts';
import { aPourGranted, aReport, aScene, auditActions, look } from '../testing/pours.ts';
import type { Scene } from '../testing/pours.ts';
import { refusalOf } from '../testing/refusals.ts';
import { testDatabase } from '../testing/testDatabase.ts';
import type { TestDatabase } from '../testing/testDatabase.ts';
import { recordHeartbeat } from './recordHeartbeat.ts';
import { removePriceRule } from './removePriceRule.ts';
import { setPriceRule } from './setPriceRule.ts';
import { setStaff } from './setStaff.ts';
import { settleReport } from './settleReport.ts';
import type { Actor } from './support/deps.ts';
import { nodeConfig } from './support/nodeConfig.ts';
import { verifyBooks } from './verifyBooks.ts';

let db: TestDatabase;
let bar: Bar;
let lead: Actor;
let scene: Scene;
beforeAll(async () => {
  db = await testDatabase();
});
beforeEach(async () => {
  await db.truncate();
  // Tuesday, 16:59 in Moscow, a minute before the happy hour
  bar = await aBar(db, { clock: aClock(new Date('2026-11-24T13:59:00Z')) });
  lead = await anOperator(bar, { role: 'shift_lead' });
  scene = await aScene(bar);
});
afterAll(() => db.drop());

const MINUTE = 60_000;
const aRule = (change: Partial<SetPriceRuleInput> = {}): SetPriceRuleInput => ({
  request_id: randomUUID(),
  replaces: null,
  name: 'Счастливые часы',
  beverage_id: null,
  weekdays: [1, 2, 3, 4, 5],
  from_minute: 17 * 60,
  until_minute: 19 * 60,
  staff_only: false,
  effect: { kind: 'percent', percent_off: 20 },
  reason: 'autumn',
  ...change,
});
const set = (change: Partial<SetPriceRuleInput> = {}) => setPriceRule(bar.deps, lead, aRule(change));
const shown = async () => {
  const [row] = await tapRows(bar.deps);
  const { taps } = await nodeConfig(db.sequelize, scene.node.node_id, bar.clock.now());
  return {
    board: row?.price_minor_per_litre,
    list: row?.list_price_minor_per_litre,
    tap: taps[0]?.beverage?.price_minor_per_litre,
  };
};

describe('a rule', () => {
  it('is set and removed once, however often it is delivered, with reason and trail', async () => {
    const rule = aRule({ weekdays: [5, 1] });
    const made = await setPriceRule(bar.deps, lead, rule);
    expect(await setPriceRule(bar.deps, lead, rule)).toEqual(made);
    expect(made).toMatchObject({
      weekdays: [1, 5],
      effect: { kind: 'percent', percent_off: 20 },
      on_now: false,
    });
    expect(await priceRuleList(bar.deps)).toEqual([made]);
    const remove = { request_id: randomUUID(), rule_id: made.rule_id, reason: 'over' };
    expect(await removePriceRule(bar.deps, lead, remove)).toEqual({ rule_id: made.rule_id });
    expect(await removePriceRule(bar.deps, lead, remove)).toEqual({ rule_id: made.rule_id });
    expect(await priceRuleList(bar.deps)).toEqual([]);
    expect(await countRows(bar, 'price_rules')).toBe(1);
    expect(await auditActions(bar, 'price.%')).toEqual(['price.rule_set', 'price.rule_removed']);
  });

  it('takes the place of another, which stays in the books', async () => {
    const { rule_id } = await set();
    const next = await set({ replaces: rule_id, effect: { kind: 'price', price_minor_per_litre: 20_000 } });
    expect(await priceRuleList(bar.deps)).toEqual([next]);
    expect(await countRows(bar, 'price_rules')).toBe(2);
    expect((await refusalOf(set({ replaces: rule_id }))).code).toBe('price.rule_not_found');
    const again = removePriceRule(bar.deps, lead, { request_id: randomUUID(), rule_id, reason: 'x' });
    expect((await refusalOf(again)).code).toBe('price.rule_not_found');
    expect((await refusalOf(set({ beverage_id: 4711 }))).code).toBe('input.invalid');
    expect(await countRows(bar, 'price_rules')).toBe(2);
  });

  it.each([
    [{ weekdays: [] }],
    [{ weekdays: [1, 1] }],
    [{ weekdays: [8] }],
    [{ from_minute: 600, until_minute: 600 }],
    [{ effect: { kind: 'percent', percent_off: 0 } }],
    [{ effect: { kind: 'price', price_minor_per_litre: -1 } }],
    [{ effect: { kind: 'price', percent_off: 5 } }],
  ])('of no sense is refused: %j', (change) => {
    expect(setPriceRuleInput.safeParse({ ...aRule(), ...change }).success).toBe(false);
    expect(setPriceRuleInput.safeParse(aRule()).success).toBe(true);
  });
});

describe('the price of the moment', () => {
  it('is on the board, on the tap and in the grant; the heartbeat tells the node that it has changed', async () => {
    await set();
    const { node_id, tap } = { ...scene.node, tap: scene.tap };
    const beat = async () =>
      (
        await recordHeartbeat(
          bar.deps,
          { node_id },
          {
            boot_id: 'boot-0000-0001',
            queue_depth: 0,
            oldest_age_ms: null,
            taps: [{ tap_id: tap.tap_id, phase: 'idle', meter_total_ml: 0 }],
            stops_acknowledged: [],
          },
        )
      ).config_version;
    const before = await beat();
    expect(await shown()).toEqual({ board: 30_000, list: 30_000, tap: 30_000 });
    expect(await beat()).toBe(before);
    bar.clock.advance(MINUTE);
    expect(await shown()).toEqual({ board: 24_000, list: 30_000, tap: 24_000 });
    expect(await beat()).not.toBe(before);
    const { grant, input } = await aPourGranted(scene);
    expect(grant.price_minor_per_litre).toBe(24_000);
    await settleReport(bar.deps, scene.node, aReport(grant));
    expect(await look(scene, input.client_tx_id)).toMatchObject({ balance_minor: 100_000 - 12_000 });
  });

  it('is frozen in the grant: the end of the hour, or a removed rule, during a pour changes nothing', async () => {
    const { rule_id } = await set();
    bar.clock.advance(MINUTE);
    const { grant, input } = await aPourGranted(scene);
    await removePriceRule(bar.deps, lead, { request_id: randomUUID(), rule_id, reason: 'over' });
    await set({ effect: { kind: 'price', price_minor_per_litre: 1_000 } });
    bar.clock.advance(180 * MINUTE);
    expect(await shown()).toMatchObject({ board: 30_000 });
    await settleReport(bar.deps, scene.node, aReport(grant));
    expect(await look(scene, input.client_tx_id)).toMatchObject({ balance_minor: 100_000 - 12_000 });
    expect((await verifyBooks(bar.deps)).broken).toEqual([]);
  });

  it('decides what a balance affords: 60.00 are 200 ml at the list price and 250 in the happy hour', async () => {
    const poor = await aScene(bar, { balance: 6_000 });
    const first = await aPourGranted(poor);
    expect(first.grant.limit_ml).toBe(200);
    await settleReport(bar.deps, poor.node, aReport(first.grant, { metered_ml: 0 }));
    await set();
    bar.clock.advance(MINUTE);
    expect((await aPourGranted(poor)).grant.limit_ml).toBe(250);
  });

  it('is the beverage’s own', async () => {
    const { beverage_id } = await aBeverage(bar);
    await set({ beverage_id });
    bar.clock.advance(MINUTE);
    expect(await shown()).toEqual({ board: 30_000, list: 30_000, tap: 30_000 });
    await set({ beverage_id: scene.tap.beverage_id, effect: { kind: 'price', price_minor_per_litre: 0 } });
    expect(await shown()).toEqual({ board: 0, list: 30_000, tap: 0 });
    expect((await aPourGranted(scene)).grant.price_minor_per_litre).toBe(0);
  });

  it('for staff is theirs alone, from the next grant on', async () => {
    await set({ staff_only: true, effect: { kind: 'percent', percent_off: 60 } });
    bar.clock.advance(MINUTE);
    expect(await shown()).toMatchObject({ board: 30_000, tap: 30_000 });
    const first = await aPourGranted(scene);
    expect(first.grant.price_minor_per_litre).toBe(30_000);
    await settleReport(bar.deps, scene.node, aReport(first.grant, { metered_ml: 0 }));
    const { guest_id } = scene.visit;
    const staff = { request_id: randomUUID(), guest_id, staff: true, reason: 'our cook' };
    expect(await setStaff(bar.deps, lead, staff)).toEqual({ guest_id, staff: true });
    expect(await setStaff(bar.deps, lead, staff)).toEqual({ guest_id, staff: true });
    expect(await guestView(db.sequelize, guest_id)).toMatchObject({ staff: true });
    expect(await auditActions(bar, 'guest.%')).toEqual(['guest.staff_set']);
    expect((await aPourGranted(scene)).grant.price_minor_per_litre).toBe(12_000);
    const nobody = setStaff(bar.deps, lead, { ...staff, request_id: randomUUID(), guest_id: 4711 });
    expect((await refusalOf(nobody)).code).toBe('guest.not_found');
  });

  it('a rule that is set is pushed to the nodes of the taps that it concerns, at once', async () => {
    bar.clock.advance(MINUTE);
    await set({ beverage_id: scene.tap.beverage_id });
    const events = await query<StoredEvent['event']>(
      db.sequelize,
      `SELECT type, visit_id, tap_id, details FROM events WHERE type = 'tap.changed'`,
    );
    expect(events).toMatchObject([{ tap_id: scene.tap.tap_id, details: { what: 'price' } }]);
    const { node_id } = scene.node;
    const pushed: NodeCommand[] = [];
    await new Promise<void>((resolve, reject) => {
      const hub = {
        connected: () => [node_id],
        push: (_node: number, command: NodeCommand) => {
          pushed.push(command);
          resolve();
        },
      };
      configPusher(bar.deps, hub as never, reject)(events.map((event) => ({ event })) as never);
    });
    expect(pushed).toMatchObject([{ config: { taps: [{ beverage: { price_minor_per_litre: 24_000 } }] } }]);
  });
});

describe('M7: the board warns of a low keg', () => {
  const low = async () => {
    const [row] = await tapRows(bar.deps);
    return { keg_low: row?.keg_low, forecast_minutes: row?.forecast_minutes };
  };
  const flow = (ml: number, minutes_ago: number) =>
    query(
      db.sequelize,
      `INSERT INTO keg_movements (keg_id, kind, out_ml, tap_id, created_at) VALUES ($1, 'unbilled', $2, $3, $4)`,
      [
        scene.tap.keg_id,
        ml,
        scene.tap.tap_id,
        new Date(bar.clock.now().getTime() - minutes_ago * MINUTE).toISOString(),
      ],
    );

  it('by litres, without any flow', async () => {
    expect(await low()).toEqual({ keg_low: false, forecast_minutes: null });
    await flow(26_999, 61);
    expect(await low()).toEqual({ keg_low: false, forecast_minutes: null });
    await flow(1, 61);
    expect(await low()).toEqual({ keg_low: true, forecast_minutes: null });
  });

  it('by how soon it ends at the pace of the last hour', async () => {
    await flow(10_000, 59);
    expect(await low()).toEqual({ keg_low: false, forecast_minutes: 120 });
    await flow(10_000, 1);
    expect(await low()).toEqual({ keg_low: true, forecast_minutes: 30 });
  });
});
