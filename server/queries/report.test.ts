import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { businessDate } from '#domain/shift/businessDate';
import { reportWire } from '#domain/protocol/reports';
import type { ReportInput } from '#domain/protocol/reports';
import { inTransaction } from '../db/inTransaction.ts';
import { query, queryOne } from '../db/query.ts';
import { closeShift } from '../services/closeShift.ts';
import { closeWalkedOut } from '../services/closeWalkedOut.ts';
import { compPour, reversePour } from '../services/correctPour.ts';
import { endLease } from '../services/endLease.ts';
import { forceUnlock } from '../services/forceUnlock.ts';
import { openHouseVisit } from '../services/openHouseVisit.ts';
import { openShift } from '../services/openShift.ts';
import { raiseLimit } from '../services/raiseLimit.ts';
import { recordFlow } from '../services/recordFlow.ts';
import { settleReport } from '../services/settleReport.ts';
import type { Actor } from '../services/support/deps.ts';
import { takeKegOff } from '../services/takeKegOff.ts';
import { topUp } from '../services/topUp.ts';
import { authorisePour } from '../services/authorisePour.ts';
import { aBar, aClock, anOperator, aTap, aVisit } from '../testing/builders.ts';
import type { Bar, BuiltTap, BuiltVisit } from '../testing/builders.ts';
import { ALL_HEARD, aReport, aTx, asking, granted } from '../testing/pours.ts';
import { testDatabase } from '../testing/testDatabase.ts';
import type { TestDatabase } from '../testing/testDatabase.ts';
import { report } from './report.ts';
import { shiftReports, xNow } from './shiftReports.ts';

let db: TestDatabase;
let bar: Bar;
let lead: Actor;
let taps: BuiltTap[];
beforeAll(async () => {
  db = await testDatabase();
});
beforeEach(async () => {
  await db.truncate();
  bar = await aBar(db, { live: ALL_HEARD });
  lead = await anOperator(bar, { name: 'Инна', role: 'shift_lead' });
});
afterAll(() => db.drop());

const id = () => ({ request_id: randomUUID() });
/** As it crosses the wire. */
const reportOf = async (ask: ReportInput) => reportWire.parse(await report(bar.deps, ask));
const paying = (visit: { visit_id: number }, amount_minor: number) =>
  topUp(bar.deps, bar.actor, { ...id(), visit_id: visit.visit_id, amount_minor, method: 'cash' });

async function aGuestWith(amount_minor: number, name: string): Promise<BuiltVisit> {
  const visit = await aVisit(bar, { name });
  await paying(visit, amount_minor);
  return visit;
}
async function poured(visit: Pick<BuiltVisit, 'uid'>, tap: BuiltTap, metered_ml: number): Promise<number> {
  const asked = asking({ visit: visit as BuiltVisit, tap });
  const grant = await granted(authorisePour(bar.deps, tap, asked));
  await settleReport(bar.deps, tap, aReport(grant, { metered_ml }));
  const row = await queryOne<{ id: number }>(db.sequelize, 'SELECT id FROM pours WHERE grant_id = $1', [
    grant.grant_id,
  ]);
  return row.id;
}

const CARD = '04A1B2C3D4E580';
/** 300.00 and 400.00 a litre; Anna 500 and 400 ml, Oleg 250 ml, the house 200 ml. 150 of Anna's comped, Oleg's reversed. */
async function anEvening(): Promise<{ anna: BuiltVisit; oleg: BuiltVisit }> {
  await openShift(bar.deps, lead, { ...id(), float_minor: 0 });
  taps = [await aTap(bar), await aTap(bar, { price_minor_per_litre: 40_000 })];
  const [pils, ale] = taps as [BuiltTap, BuiltTap];
  const anna = await aGuestWith(100_000, 'Анна');
  const oleg = await aGuestWith(50_000, 'Олег');
  const first = await poured(anna, pils, 500);
  await poured(anna, ale, 400);
  const olegs = await poured(oleg, ale, 250);
  await openHouseVisit(bar.deps, lead, {
    ...id(),
    purpose: 'tasting',
    card_uid: CARD,
    reason: 'новый сорт',
    approver: null,
  });
  await poured({ uid: CARD }, pils, 200);
  await compPour(bar.deps, bar.actor, { ...id(), pour_id: first, ml: 150, reason: 'тёплое', approver: lead });
  await reversePour(bar.deps, bar.actor, { ...id(), pour_id: olegs, reason: 'не тот гость', approver: lead });
  return { anna, oleg };
}
async function endOfShift(): Promise<number> {
  await closeWalkedOut(bar.deps, lead, { ...id(), reason: 'ушли', approver: lead });
  const closed = await closeShift(bar.deps, lead, {
    ...id(),
    counted_cash_minor: 150_000,
    reason: 'сошлось',
    approver: null,
  });
  return closed.shift_id;
}

describe('sales', () => {
  it('are the litres, money, pours and visits of the evening, by tap, beverage, day and hour', async () => {
    await anEvening();
    const found = await reportOf({ kind: 'shift' });
    expect(found.open).toBe(true);
    expect(found.totals).toEqual({
      ml: 1_350,
      // 150.00 + 160.00 + 100.00 + 60.00
      sales_minor: 47_000,
      pours: 4,
      // − 45.00 comped − 100.00 reversed
      net_minor: 32_500,
      visits: 2,
      // (150.00 + 160.00 + 100.00) / 2: the house's visit is no guest's
      average_minor: 20_500,
    });
    expect(found.by_tap).toEqual([
      { tap_number: 1, pours: 2, ml: 700, sales_minor: 21_000 },
      { tap_number: 2, pours: 2, ml: 650, sales_minor: 26_000 },
    ]);
    expect(found.by_beverage.map(({ ml, sales_minor }) => [ml, sales_minor])).toEqual([
      [650, 26_000],
      [700, 21_000],
    ]);
    expect(found.by_day).toEqual([{ business_date: found.from, pours: 4, ml: 1_350, sales_minor: 47_000 }]);
    expect(found.by_hour.reduce((sum, hour) => sum + hour.sales_minor, 0)).toBe(47_000);
  });

  it('of a shift are those of its X while it is open and of its Z for ever', async () => {
    await anEvening();
    const open = await reportOf({ kind: 'shift' });
    const x = await xNow(db.sequelize, { operator_id: lead.operator_id, now: bar.clock.now() });
    const shift_id = await endOfShift();
    const { z } = await shiftReports(db.sequelize, shift_id);
    const closed = await reportOf({ kind: 'shift' });
    for (const [found, figures] of [
      [open, x],
      [closed, z],
    ] as const) {
      expect(found.totals.sales_minor).toBe(figures?.sales_minor);
      const sales = found.by_beverage.map(({ beverage_id, pours, ml, sales_minor }) => ({
        beverage_id,
        pours,
        ml,
        sales_minor,
      }));
      expect(sales.sort((a, b) => a.beverage_id - b.beverage_id)).toEqual(
        figures?.sales
          .map(({ beverage_id, pours, ml, sales_minor }) => ({ beverage_id, pours, ml, sales_minor }))
          .sort((a, b) => a.beverage_id - b.beverage_id),
      );
      const fixed = figures?.corrections;
      const lost = (kind: string) => found.losses.find((row) => row.kind === kind);
      expect(lost('comp')).toEqual({ kind: 'comp', ml: fixed?.comped_ml, minor: 4_500 });
      expect(lost('reversal')).toEqual({
        kind: 'reversal',
        ml: fixed?.reversed_ml,
        minor: fixed?.reversed_minor,
      });
      expect(found.liabilities.at(-1)).toMatchObject(figures?.liabilities ?? {});
    }
    expect(closed.open).toBe(false);
    expect(closed.liabilities).toMatchObject([{ shift_id, z_number: 1 }]);
  });
});

describe('a period', () => {
  it('is a range of business dates: each evening is in the days that hold it and in no others', async () => {
    const evening = new Date('2026-11-20T18:00:00Z');
    bar = await aBar(db, { live: ALL_HEARD, clock: aClock(evening) });
    await anEvening();
    await endOfShift();
    const today = businessDate(evening, 'Europe/Moscow');
    expect(today).toBe('2026-11-20');
    const pours = async (ask: ReportInput) => (await reportOf(ask)).totals.pours;
    expect(await pours({ kind: 'today' })).toBe(4);
    expect(await pours({ kind: 'yesterday' })).toBe(0);
    bar.clock.advance(86_400_000);
    expect(await pours({ kind: 'today' })).toBe(0);
    expect(await pours({ kind: 'yesterday' })).toBe(4);
    expect(await pours({ kind: 'week' })).toBe(4);
    expect(await pours({ kind: 'days', from: '2026-11-20', to: '2026-11-20' })).toBe(4);
    expect(await pours({ kind: 'days', from: '2026-11-21', to: '2026-11-30' })).toBe(0);
    expect((await reportOf({ kind: 'month' })).liabilities).toHaveLength(1);
  });

  it('counts the hour of the wall, not of UTC', async () => {
    await anEvening();
    await query(db.sequelize, `UPDATE pours SET poured_at = '2026-11-20T22:30:00Z' RETURNING id`);
    const { by_hour } = await reportOf({ kind: 'shift' });
    expect(by_hour).toEqual([{ hour: 1, pours: 4, ml: 1_350, sales_minor: 47_000 }]);
  });

  it('of a bar that has never opened is empty and says so', async () => {
    const found = await reportOf({ kind: 'shift' });
    expect(found).toMatchObject({ from: null, to: null, shifts: 0, open: false, by_tap: [], losses: [] });
    expect(found.totals.average_minor).toBeNull();
  });
});

it('losses are every millilitre that no guest paid for, by what became of it', async () => {
  await openShift(bar.deps, lead, { ...id(), float_minor: 0 });
  const tap = await aTap(bar, { remaining_ml: 4_000 });
  const flow = (kind: 'cleaning' | 'leak', ml: number) =>
    recordFlow(bar.deps, tap, { tap_id: tap.tap_id, kind, ml, pulses: ml * 5, flow_id: aTx(), age_ms: 0 });
  bar.clock.advance(1_000);
  await flow('cleaning', 700);
  await flow('cleaning', 300);
  await flow('leak', 40);
  const visit = await aGuestWith(100_000, 'Анна');
  await poured(visit, tap, 500);
  await query(db.sequelize, 'UPDATE pours SET first_flush_ml = 20, kick_ml = 35 RETURNING id');
  await takeKegOff(bar.deps, bar.actor, { ...id(), tap_id: tap.tap_id, fate: 'empty', reason: 'пена' });
  const found = await reportOf({ kind: 'shift' });
  expect(found.losses).toEqual([
    { kind: 'cleaning', ml: 1_000, minor: null },
    { kind: 'leak', ml: 40, minor: null },
    { kind: 'foam', ml: 35, minor: null },
    { kind: 'first_flush', ml: 20, minor: null },
  ]);
  // 4,000 − 1,040 − 500
  expect(found.keg_variances).toMatchObject([{ keg_id: tap.keg_id, size_ml: 30_000, variance_ml: 2_460 }]);
});

it('overrides say who decided what, with whose PIN and why, and add up by person', async () => {
  const { anna } = await anEvening();
  const [pils] = taps as [BuiltTap, BuiltTap];
  await raiseLimit(bar.deps, bar.actor, {
    ...id(),
    visit_id: anna.visit_id,
    extra: 500,
    reason: 'с едой',
    approver: lead,
  });
  const { grant_id } = await granted(authorisePour(bar.deps, pils, asking({ visit: anna, tap: pils })));
  bar.clock.advance(141_000);
  await endLease(bar.deps, grant_id);
  const { version } = await queryOne<{ version: number }>(
    db.sequelize,
    'SELECT version FROM visits WHERE id = $1',
    [anna.visit_id],
  );
  await forceUnlock(bar.deps, bar.actor, {
    ...id(),
    visit_id: anna.visit_id,
    expected_version: version,
    reason: 'кран завис',
  });
  const { overrides } = await reportOf({ kind: 'shift' });
  const who = { operator_id: bar.actor.operator_id, approved_by: lead.operator_id };
  // within what a cashier may give alone
  const alone = { ...who, approved_by: bar.actor.operator_id };
  expect(overrides.more).toBe(false);
  expect(overrides.rows.map(({ kind, reason }) => [kind, reason]).sort()).toEqual([
    ['comp', 'тёплое'],
    ['force_unlock', 'кран завис'],
    ['limit_raised', 'с едой'],
    ['reversal', 'не тот гость'],
  ]);
  expect(overrides.rows.find(({ kind }) => kind === 'comp')).toMatchObject({
    ...alone,
    ml: 150,
    minor: -4_500,
    visit_id: anna.visit_id,
  });
  expect(overrides.rows.find(({ kind }) => kind === 'limit_raised')).toMatchObject({ ...who, ml: 500 });
  expect(overrides.totals).toContainEqual({
    operator_id: bar.actor.operator_id,
    kind: 'reversal',
    count: 1,
    ml: 250,
    minor: -10_000,
  });
});

/** What grows as long as the bar lives. */
const GROWING = [
  'pours',
  'pour_corrections',
  'keg_movements',
  'flow_losses',
  'audit_events',
  'ledger_entries',
  'grants',
];

it('of today never reads all that ever happened: each table that grows is found by an index', async () => {
  await anEvening();
  const asked = vi.spyOn(pg.Client.prototype, 'query');
  await reportOf({ kind: 'today' });
  const statements = asked.mock.calls.map(([one]) => one as unknown as { text: string; values: unknown[] });
  asked.mockRestore();
  const selects = statements.filter(({ text }) => /^\s*SELECT/.test(text));
  expect(selects.length).toBeGreaterThan(8);
  const read = await inTransaction(db.sequelize, async (unit) => {
    await query(unit, 'SET LOCAL enable_seqscan = off');
    const plans: string[] = [];
    for (const { text, values } of selects)
      plans.push(JSON.stringify(await query(unit, `EXPLAIN (FORMAT JSON) ${text}`, values)));
    return plans.flatMap((plan) =>
      [...plan.matchAll(/"Node Type":"Seq Scan"[^}]*?"Relation Name":"(\w+)"/g)].map(
        (match) => match[1] ?? '',
      ),
    );
  });
  expect(read.filter((table) => GROWING.includes(table))).toEqual([]);
});
