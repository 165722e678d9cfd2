import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { aBar, aCard, aGuest, anOperator, aVisit, balanceOf, countRows } from '../testing/builders.ts';
import type { Bar } from '../testing/builders.ts';
import { refusalOf } from '../testing/refusals.ts';
import { testDatabase } from '../testing/testDatabase.ts';
import type { TestDatabase } from '../testing/testDatabase.ts';
import { query, queryOne } from '../db/query.ts';
import { openVisit } from './openVisit.ts';

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

const asked = (change: Partial<Parameters<typeof openVisit>[2]> = {}) => ({
  request_id: randomUUID(),
  guest_id: null,
  guest: null,
  card_uid: null,
  ...change,
});
const someone = { name: null, phone: null, age_confirmed: true };
const cardState = async (card_id: number) =>
  (await queryOne<{ state: string }>(db.sequelize, 'SELECT state FROM cards WHERE id = $1', [card_id])).state;

describe('a visit is opened', () => {
  it('for an anonymous guest without a card, with an empty account of its own', async () => {
    const { visit_id } = await openVisit(bar.deps, bar.actor, asked({ guest: someone }));
    const visit = await bar.models.Visit.findByPk(visit_id, { rejectOnEmpty: true });
    expect(visit.state).toBe('active');
    expect(visit.opened_by).toBe(bar.actor.operator_id);
    expect(await balanceOf(bar, visit.guest_id)).toBe(0);
    const guest = await bar.models.Guest.findByPk(visit.guest_id, { rejectOnEmpty: true });
    expect(guest.name).toBeNull();
    expect(guest.age_confirmed_by).toBe(bar.actor.operator_id);
  });

  it('for a new named guest, the phone kept as digits, with a card that joins the pool', async () => {
    const guest = { name: 'Анна Кравцова', phone: '+7 (916) 123-45-12', age_confirmed: true };
    const { visit_id } = await openVisit(
      bar.deps,
      bar.actor,
      asked({ guest, card_uid: '04:a1:b2:c3:d4:e5:f6' }),
    );
    const [row] = await query<{ phone: string; uid: string; state: string }>(
      db.sequelize,
      `SELECT g.phone, c.uid, c.state FROM visits v JOIN guests g ON g.id = v.guest_id
       JOIN visit_cards vc ON vc.visit_id = v.id JOIN cards c ON c.id = vc.card_id WHERE v.id = $1`,
      [visit_id],
    );
    expect(row).toEqual({ phone: '79161234512', uid: '04A1B2C3D4E5F6', state: 'assigned' });
  });

  it('for a known guest, whose money is still there', async () => {
    const { guest_id } = await aGuest(bar, { name: 'Пётр' });
    const { visit_id } = await openVisit(bar.deps, bar.actor, asked({ guest_id }));
    expect((await bar.models.Visit.findByPk(visit_id, { rejectOnEmpty: true })).guest_id).toBe(guest_id);
  });

  it('for a known guest whose age is checked now: by whom is kept, and the first check stands', async () => {
    const { guest_id } = await aGuest(bar, { age_confirmed: false });
    const aged = async () =>
      (await bar.models.Guest.findByPk(guest_id, { rejectOnEmpty: true })).age_confirmed_by;
    expect(await aged()).toBeNull();
    const { visit_id } = await openVisit(bar.deps, bar.actor, asked({ guest_id, age_confirmed: true }));
    expect((await bar.models.Visit.findByPk(visit_id, { rejectOnEmpty: true })).guest_id).toBe(guest_id);
    expect(await aged()).toBe(bar.actor.operator_id);
    await query(db.sequelize, `UPDATE visits SET state = 'closed', closed_at = now(), close_reason = 'x'`);
    const other = await anOperator(bar, { role: 'shift_lead' });
    await openVisit(bar.deps, other, asked({ guest_id, age_confirmed: true }));
    expect(await aged()).toBe(bar.actor.operator_id);
    expect(await query(db.sequelize, 'SELECT action FROM audit_events ORDER BY id')).toEqual(
      ['guest.age_confirmed', 'visit.opened', 'visit.opened'].map((action) => ({ action })),
    );
  });

  it('once, however often the request is delivered; audit and event come with it', async () => {
    const input = asked({ guest: someone, card_uid: '04A1B2C3D4E5F6' });
    const first = await openVisit(bar.deps, bar.actor, input);
    expect(await openVisit(bar.deps, bar.actor, input)).toEqual(first);
    expect(await countRows(bar, 'visits')).toBe(1);
    expect(await countRows(bar, 'guests')).toBe(1);
    expect(await query(db.sequelize, 'SELECT action FROM audit_events')).toEqual([
      { action: 'visit.opened' },
    ]);
    expect(await query(db.sequelize, 'SELECT type FROM events')).toEqual([{ type: 'visit.changed' }]);
  });
});

describe('a visit is not opened', () => {
  it('under a request id that named another visit', async () => {
    const input = asked({ guest: someone });
    await openVisit(bar.deps, bar.actor, input);
    const other = { ...input, card_uid: '04A1B2C3D4E5F6' };
    expect((await refusalOf(openVisit(bar.deps, bar.actor, other))).code).toBe('request.conflict');
  });

  it('before the age is confirmed', async () => {
    const young = { ...someone, age_confirmed: false };
    expect((await refusalOf(openVisit(bar.deps, bar.actor, asked({ guest: young })))).code).toBe(
      'guest.age_not_confirmed',
    );
    const { guest_id } = await aGuest(bar, { age_confirmed: false });
    expect((await refusalOf(openVisit(bar.deps, bar.actor, asked({ guest_id })))).code).toBe(
      'guest.age_not_confirmed',
    );
    expect(await countRows(bar, 'visits')).toBe(0);
  });

  it('for a guest who has one: the answer names it', async () => {
    const { guest_id, visit_id } = await aVisit(bar);
    expect(await refusalOf(openVisit(bar.deps, bar.actor, asked({ guest_id })))).toEqual({
      code: 'visit.guest_has_one',
      params: { guest_id, visit_id },
    });
  });

  it.each([
    [{ guest_id: 4711 }, 'guest.not_found'],
    [{}, 'input.invalid'],
    [{ guest: { ...someone, phone: 'call me' } }, 'guest.phone_invalid'],
    [{ guest: someone, card_uid: 'no card' }, 'card.not_a_uid'],
    [{ guest: someone, card_uid: '08A1B2C3' }, 'card.random_uid'],
    [{ guest: someone, card_uid: '00000000' }, 'card.blank_uid'],
  ] as const)('with %j: %s, and nothing is left behind', async (change, code) => {
    expect((await refusalOf(openVisit(bar.deps, bar.actor, asked(change)))).code).toBe(code);
    for (const table of ['guests', 'visits', 'cards', 'idempotency_keys', 'events', 'audit_events'])
      expect(await countRows(bar, table)).toBe(0);
  });

  it('with a lost, a retired or somebody else’s card; a missing card is welcome back', async () => {
    const lost = await aCard(bar, { state: 'lost' });
    expect(
      (await refusalOf(openVisit(bar.deps, bar.actor, asked({ guest: someone, card_uid: lost.uid })))).code,
    ).toBe('card.lost');
    const retired = await aCard(bar, { state: 'retired' });
    const other = await aVisit(bar);
    for (const { uid } of [retired, other])
      expect(
        (await refusalOf(openVisit(bar.deps, bar.actor, asked({ guest: someone, card_uid: uid })))).code,
      ).toBe('card.not_available');
    const missing = await aCard(bar, { state: 'missing' });
    await openVisit(bar.deps, bar.actor, asked({ guest: someone, card_uid: missing.uid }));
    expect(await cardState(missing.card_id)).toBe('assigned');
  });
});
