import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { boardWire, searchAnswer, visitWire } from '#domain/protocol/till';
import { minor } from '#domain/quantity/money';
import { query } from '../db/query.ts';
import { closeVisit } from '../services/closeVisit.ts';
import type { Deps } from '../services/support/deps.ts';
import { topUp } from '../services/topUp.ts';
import { aBar, aGrant, aGuest, anOpenShift, aTap, aVisit, aVisitWithoutCard } from '../testing/builders.ts';
import type { Bar } from '../testing/builders.ts';
import { refusalOf } from '../testing/refusals.ts';
import { testDatabase } from '../testing/testDatabase.ts';
import type { TestDatabase } from '../testing/testDatabase.ts';
import { board } from './board.ts';
import { search } from './search.ts';
import { visitView } from './visitView.ts';

let db: TestDatabase;
let bar: Bar;
beforeAll(async () => {
  db = await testDatabase();
});
beforeEach(async () => {
  await db.truncate();
  bar = await aBar(db);
});
afterAll(() => db.drop());

const READER = { state: 'no_station' as const, names: [] };
const blockers = async (deps: Deps, visit_id: number) =>
  Object.fromEntries(
    (await visitView(deps, visit_id, 'cashier')).actions.map(({ action, blocked_by }) => [
      action,
      blocked_by,
    ]),
  );

describe('the board', () => {
  it('of an empty bar says that there is nothing, and that no shift is open', async () => {
    const shown = boardWire.parse(await board(bar.deps, READER));
    expect(shown).toMatchObject({
      shift: null,
      visits: [],
      taps: [],
      open_reviews: 0,
      emergency_stop: false,
    });
    expect(shown.bar).toMatchObject({ currency: 'RUB', age_limit: 18 });
  });

  it('warns of a shift that stays open: from 20 hours on, and again from 24', async () => {
    await anOpenShift(bar);
    const warning = async () => boardWire.parse(await board(bar.deps, READER)).shift?.open_warning;
    expect(await warning()).toBe(null);
    bar.clock.advance(21 * 3_600_000);
    expect(await warning()).toBe('long');
    bar.clock.advance(4 * 3_600_000);
    expect(await warning()).toBe('too_long');
  });

  it('shows the visit and the tap of a running pour, with what flows and what it costs', async () => {
    await anOpenShift(bar, { float_minor: 700 });
    const visit = await aVisit(bar, { balance: minor(20_000), name: 'Анна' });
    const tap = await aTap(bar, { number: 3 });
    const { grant_id } = await aGrant(bar, { visit, tap });
    const heard = { phase: 'pouring' as const, last_seen_ms_ago: 40, live_ml: 187, grant_id };
    const shown = boardWire.parse(await board({ ...bar.deps, live: { tap: () => heard } }, READER));
    expect(shown.visits).toHaveLength(1);
    expect(shown.visits[0]).toMatchObject({
      guest_name: 'Анна',
      balance_minor: 20_000,
      card_uid: visit.uid,
      lock: { tap_id: tap.tap_id, tap_number: 3, grant_id },
      pending_pours: 0,
    });
    expect(shown.taps[0]).toMatchObject({
      number: 3,
      phase: 'pouring',
      silent_ms: 40,
      guest_name: 'Анна',
      visit_id: visit.visit_id,
      live_ml: 187,
      live_minor: 5_610,
      keg_remaining_ml: 30_000,
    });
    expect(shown.shift).toMatchObject({ float_minor: 700, expected_cash_minor: 700 });
  });

  it('shows a tap without node, without keg or with an empty one, and a pour that waits for its volume', async () => {
    const visit = await aVisit(bar, { balance: minor(20_000) });
    const tap = await aTap(bar, { number: 1 });
    const { grant_id } = await aGrant(bar, { visit, tap }, { lease_over: true });
    await query(
      db.sequelize,
      `INSERT INTO pours (grant_id, client_tx_id, visit_id, guest_id, tap_id, keg_id, beverage_id, shift_id, short_id, sync_status, price_minor_per_litre)
       SELECT id, client_tx_id, visit_id, guest_id, tap_id, keg_id, beverage_id, shift_id, short_id, 'pending_sync', price_minor_per_litre FROM grants`,
    );
    await aTap(bar, { number: 2, keg: false });
    const empty = await aTap(bar, { number: 3 });
    await query(db.sequelize, `UPDATE kegs SET state = 'empty' WHERE id = $1`, [empty.keg_id]);
    await query(db.sequelize, 'UPDATE taps SET node_id = NULL WHERE number = 2');
    const { taps, visits } = boardWire.parse(await board(bar.deps, READER));
    expect(taps[0]).toMatchObject({ pending_grant_ids: [grant_id], phase: null, live_ml: null });
    expect(taps[0]?.silent_ms).toBeGreaterThan(5_000);
    expect(taps[1]).toMatchObject({ beverage: null, keg_id: null, silent_ms: null });
    expect(taps[2]).toMatchObject({ beverage: null, keg_id: null });
    expect(visits[0]?.pending_pours).toBe(1);
  });

  it('asks the same number of questions whatever the number of visits', async () => {
    const questions = async () => {
      await board(bar.deps, READER);
      const asked = vi.spyOn(pg.Client.prototype, 'query');
      await board(bar.deps, READER);
      const { length } = asked.mock.calls;
      asked.mockRestore();
      return length;
    };
    await aVisit(bar);
    const few = await questions();
    for (let i = 0; i < 5; i++) await aVisit(bar);
    for (let i = 0; i < 5; i++) await aTap(bar);
    expect(await questions()).toBe(few);
    expect(few).toBeGreaterThan(0);
    expect(few).toBeLessThan(8);
  });
});

describe('the visit’s view', () => {
  it('has the money of the visit and says what may be done and why not', async () => {
    await anOpenShift(bar);
    const visit = await aVisit(bar, { name: 'Дмитрий' });
    const pay = {
      request_id: randomUUID(),
      visit_id: visit.visit_id,
      amount_minor: 150_000,
      method: 'cash' as const,
    };
    await topUp(bar.deps, bar.actor, pay);
    const shown = visitWire.parse(await visitView(bar.deps, visit.visit_id, 'cashier'));
    expect(shown).toMatchObject({
      version: 2,
      balance_minor: 150_000,
      topped_up_minor: 150_000,
      poured_minor: 0,
      reserved_minor: 0,
      receivable_minor: 0,
      limit_ml: 2_000,
      limit_used_ml: 0,
      age_confirmed: true,
      pours: [],
      unsettled: [],
    });
    expect(await blockers(bar.deps, visit.visit_id)).toEqual({
      top_up: null,
      issue_card: 'has_card',
      replace_card: null,
      refund: null,
      close: null,
      force_unlock: 'no_lock',
      reconcile: 'no_pending_pour',
      report_lost: null,
    });
  });

  it('of a running pour shows the lease that is left; when it is over the pour may be entered', async () => {
    await anOpenShift(bar);
    const visit = await aVisit(bar, { balance: minor(15_000) });
    const { grant_id } = await aGrant(bar, { visit, tap: await aTap(bar) });
    bar.deps.leases.start(grant_id, 140_000);
    bar.clock.advance(40_000);
    const running = visitWire.parse(await visitView(bar.deps, visit.visit_id, 'cashier'));
    expect(running.unsettled[0]).toMatchObject({ grant_id, lease_left_ms: 100_000, lease_over: false });
    expect(await blockers(bar.deps, visit.visit_id)).toMatchObject({
      refund: 'reserved_by_pour',
      close: 'pour_running',
      force_unlock: null,
      reconcile: 'pour_may_run',
    });
    await query(db.sequelize, 'UPDATE grants SET lease_over = true');
    expect((await visitView(bar.deps, visit.visit_id, 'cashier')).unsettled[0]?.lease_left_ms).toBe(0);
    expect(await blockers(bar.deps, visit.visit_id)).toMatchObject({
      close: 'pour_pending',
      reconcile: null,
    });
    const strict = { ...bar.deps, flag_overrides: { FF_MANUAL_POUR_RECONCILE: false } };
    expect((await blockers(strict, visit.visit_id))['reconcile']).toBe('not_your_role');
  });

  it('without an open shift money stands still, and of no visit there is no view', async () => {
    const { visit_id } = await aVisitWithoutCard(bar);
    expect(await blockers(bar.deps, visit_id)).toMatchObject({
      top_up: 'shift_closed',
      close: 'shift_closed',
      issue_card: null,
      report_lost: 'no_card',
    });
    expect((await refusalOf(visitView(bar.deps, 4711, 'cashier'))).code).toBe('visit.not_found');
  });
});

describe('the search', () => {
  const find = async (text: string) => searchAnswer.parse(await search(bar.deps, { query: text }));

  it('finds a visit by its card, its number, its pour’s code', async () => {
    const visit = await aVisit(bar, { balance: minor(20_000), uid: '04A1B2C3D4E5F6' });
    const { short_id } = await aGrant(bar, { visit, tap: await aTap(bar, { number: 42 }) });
    for (const [text, kind] of [
      ['04:a1:b2:c3:d4:e5:f6', 'card'],
      [`№${visit.visit_id}`, 'visit_number'],
      [String(visit.visit_id), 'visit_number'],
      [short_id, 'short_id'],
      [`${short_id.slice(0, 2)} ${short_id.slice(2, 5)} ${short_id.slice(5)}`, 'short_id'],
    ] as const) {
      const found = await find(text);
      expect([found.kind, found.visits.map((row) => row.visit_id)]).toEqual([kind, [visit.visit_id]]);
    }
  });

  it('finds guests by the tail of the phone: who is here by the visit, who is not by himself', async () => {
    const { guest_id } = await aGuest(bar, { name: 'Пётр', phone: '79161234512' });
    const away = await aGuest(bar, { name: 'Олег', phone: '79039994512', balance: minor(700) });
    const visit = await aVisit(bar, { guest_id });
    const found = await find('4512');
    expect(found.kind).toBe('phone');
    expect(found.visits.map((row) => row.visit_id)).toEqual([visit.visit_id]);
    expect(found.guests).toEqual([
      {
        guest_id: away.guest_id,
        name: 'Олег',
        phone_tail: '4512',
        balance_minor: 700,
        age_confirmed: true,
        blocked: false,
      },
    ]);
    expect((await find('+7 916 123-45-12')).visits).toHaveLength(1);
  });

  it('finds names without case, with ё as е, by their beginning first, and takes % and _ literally', async () => {
    for (const name of ['Иван Фёдоров', 'Федора', '100% Иван']) await aGuest(bar, { name });
    expect((await find('ФЁДОР')).guests.map((guest) => guest.name)).toEqual(['Федора', 'Иван Фёдоров']);
    expect((await find('0% и')).guests.map((guest) => guest.name)).toEqual(['100% Иван']);
    expect((await find('_')).guests).toEqual([]);
    expect((await find('%')).guests).toHaveLength(1);
  });

  it('a closed visit is found by its number, and its guest is among those who are away', async () => {
    await anOpenShift(bar);
    const visit = await aVisit(bar, { name: 'Мария' });
    const close = { reason: 'уходит', card_returned: true, remainder: 'refund', method: 'cash' } as const;
    await closeVisit(bar.deps, bar.actor, {
      request_id: randomUUID(),
      visit_id: visit.visit_id,
      expected_version: 1,
      ...close,
    });
    expect((await find(`#${visit.visit_id}`)).visits).toHaveLength(1);
    expect(await find('мария')).toMatchObject({ visits: [], guests: [{ name: 'Мария' }] });
  });

  it.each(['№999999999999999', '9999999999', 'FFFFFFFF', "' OR 1=1 --", '💧'])(
    '%s finds nothing and breaks nothing',
    async (text) => {
      await aVisit(bar, { name: 'Анна' });
      const found = await find(text);
      expect([found.visits, found.guests]).toEqual([[], []]);
    },
  );
});
