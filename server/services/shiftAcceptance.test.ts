import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { query } from '../db/query.ts';
import { aBar, anOperator, aVisit } from '../testing/builders.ts';
import type { Bar } from '../testing/builders.ts';
import { ALL_HEARD, aPourGranted, aScene } from '../testing/pours.ts';
import { race, refusalOf } from '../testing/refusals.ts';
import { testDatabase } from '../testing/testDatabase.ts';
import type { TestDatabase } from '../testing/testDatabase.ts';
import { shiftReports } from '../queries/shiftReports.ts';
import { closeShift } from './closeShift.ts';
import { closeWalkedOut } from './closeWalkedOut.ts';
import { endLease } from './endLease.ts';
import { handOverCash } from './handOverCash.ts';
import { moveCash } from './moveCash.ts';
import { openShift } from './openShift.ts';
import { precheckShift } from './precheckShift.ts';
import { reconcilePour } from './reconcilePour.ts';
import type { Actor, Deps } from './support/deps.ts';
import { topUp } from './topUp.ts';
import { verifyBooks } from './verifyBooks.ts';

let db: TestDatabase;
let bar: Bar;
let heard: Deps;
let lead: Actor;
beforeAll(async () => {
  db = await testDatabase();
});
beforeEach(async () => {
  await db.truncate();
  bar = await aBar(db);
  heard = { ...bar.deps, live: ALL_HEARD };
  lead = await anOperator(bar, { role: 'shift_lead' });
});
afterAll(() => db.drop());

const id = () => ({ request_id: randomUUID() });
const approver = () => ({ operator_id: lead.operator_id, role: lead.role });
const open = (float_minor = 0) => openShift(bar.deps, lead, { ...id(), float_minor });
const close = (counted_cash_minor = 0) =>
  closeShift(heard, lead, { ...id(), counted_cash_minor, reason: 'проверка', approver: approver() });

describe('M5: shift lifecycle, the backend decides', () => {
  it('shift close is blocked when active visits exist', async () => {
    await open();
    const { visit_id } = await aVisit(bar, { name: 'Анна' });
    const { clean, lines } = await precheckShift(heard);
    expect(clean).toBe(false);
    expect(lines[0]).toMatchObject({ kind: 'active_visits', count: 1, visit_ids: [visit_id] });
    expect((await refusalOf(close())).code).toBe('shift.precheck_failed');
    await closeWalkedOut(heard, lead, { ...id(), reason: 'ушёл', approver: approver() });
    expect((await close()).z_number).toBe(1);
  });

  it('shift close is blocked when pending sync exists, until the pour is entered by hand', async () => {
    await open();
    const scene = await aScene(bar);
    const { visit_id } = scene.visit;
    const { grant } = await aPourGranted(scene);
    bar.clock.advance(141_000);
    await endLease(bar.deps, grant.grant_id);
    const pending = (await precheckShift(heard)).lines.find(({ kind }) => kind === 'pending_sync');
    expect(pending).toMatchObject({ count: 1, blocks: true, visit_ids: [visit_id] });
    const walk_out = () => closeWalkedOut(heard, lead, { ...id(), reason: 'ушёл', approver: approver() });
    expect((await walk_out()).left).toEqual([visit_id]);
    const waivers = [{ tap_number: scene.tap.number, reason: 'сломан' }];
    const waived = closeShift(heard, lead, { ...id(), counted_cash_minor: 0, waivers, approver: approver() });
    expect((await refusalOf(waived)).code).toBe('shift.precheck_failed');
    await reconcilePour(bar.deps, lead, {
      ...id(),
      visit_id,
      grant_id: grant.grant_id,
      ml: 300,
      short_id: grant.short_id,
      reason: 'кран молчит',
      approver: null,
    });
    expect((await walk_out()).left).toEqual([]);
    expect((await close()).z_number).toBe(1);
    expect((await verifyBooks(bar.deps)).ok).toBe(true);
  });
});

describe('the drawer, many at once', () => {
  it('top-ups, cash in and hand-overs at the same moment: each session expects exactly what it took', async () => {
    const { shift_id } = await open(100_000);
    const visits = await Promise.all(Array.from({ length: 4 }, () => aVisit(bar)));
    const cashiers = [bar.actor, await anOperator(bar), await anOperator(bar)];
    const { won } = await race(40, async (n): Promise<unknown> => {
      const actor = cashiers[n % 3] ?? bar.actor;
      if (n % 10 === 9)
        return handOverCash(bar.deps, actor, {
          ...id(),
          counted_cash_minor: 100_000,
          reason: 'передача',
          taker: { operator_id: (cashiers[(n + 1) % 3] ?? bar.actor).operator_id, role: 'cashier' },
        });
      if (n % 10 === 8)
        return moveCash(bar.deps, actor, { ...id(), direction: 'in', amount_minor: 700, reason: 'размен' });
      const visit_id = visits[n % 4]?.visit_id ?? 0;
      return topUp(bar.deps, actor, { ...id(), visit_id, amount_minor: 1_000, method: 'cash' });
    });
    expect(won).toHaveLength(40);
    await closeWalkedOut(heard, lead, { ...id(), reason: 'ушли', approver: approver() });
    await close(100_000);
    const { z } = await shiftReports(db.sequelize, shift_id);
    const sessions = z?.cash_sessions ?? [];
    expect(sessions).toHaveLength(5);
    const taken = sessions.map(({ expected_minor, float_minor }) => (expected_minor ?? 0) - float_minor);
    expect(taken.reduce((sum, each) => sum + each, 0)).toBe(32 * 1_000 + 4 * 700);
    expect(await verifyBooks(bar.deps)).toMatchObject({ ok: true });
  });

  it('a shift that closes while money moves has all of it, or the money is refused', async () => {
    const { shift_id } = await open();
    const cash = await race(17, async (n): Promise<number> => {
      if (n === 8) return close(0).then(() => 0);
      await moveCash(bar.deps, lead, { ...id(), direction: 'in', amount_minor: 500, reason: 'размен' });
      return 500;
    });
    expect(new Set(cash.codes)).toEqual(cash.codes.length > 0 ? new Set(['shift.closed']) : new Set());
    const { z } = await shiftReports(db.sequelize, shift_id);
    expect(z?.cash.expected_minor).toBe(cash.won.reduce((sum, each) => sum + each, 0));
    const sessions = await query(db.sequelize, 'SELECT 1 FROM cash_sessions WHERE ended_at IS NULL');
    expect(sessions).toEqual([]);
  });

  it('16 who open at once: one shift, one session, the losers hear that one is open', async () => {
    const { won, codes } = await race(16, () => open(1_000));
    expect(won).toHaveLength(1);
    expect(new Set(codes)).toEqual(new Set(['shift.open_already']));
    expect(await query(db.sequelize, 'SELECT float_minor FROM cash_sessions')).toEqual([
      { float_minor: 1_000 },
    ]);
  });
});
