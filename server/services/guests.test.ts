import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { minor } from '#domain/quantity/money';
import { guestExport } from '#domain/protocol/guests';
import { query } from '../db/query.ts';
import { guestView } from '../queries/guests.ts';
import { search } from '../queries/search.ts';
import { aBar, aGuest, anOpenShift, anOperator, aVisit, balanceOf, countRows } from '../testing/builders.ts';
import type { Bar } from '../testing/builders.ts';
import { aPourGranted, aReport, aScene, asking, auditActions, refusedWith } from '../testing/pours.ts';
import { refusalOf } from '../testing/refusals.ts';
import { testDatabase } from '../testing/testDatabase.ts';
import type { TestDatabase } from '../testing/testDatabase.ts';
import { authorisePour } from './authorisePour.ts';
import { closeVisit } from './closeVisit.ts';
import { confirmAge } from './confirmAge.ts';
import { eraseGuest } from './eraseGuest.ts';
import { exportGuest } from './exportGuest.ts';
import { forgetOldGuests } from './forgetOldGuests.ts';
import { openVisit } from './openVisit.ts';
import { sealLedger } from './sealLedger.ts';
import { setBlocked } from './setBlocked.ts';
import { setConsent } from './setConsent.ts';
import { settleReport } from './settleReport.ts';
import type { Actor } from './support/deps.ts';
import { updateGuest } from './updateGuest.ts';
import { verifyBooks } from './verifyBooks.ts';

let db: TestDatabase;
let bar: Bar;
let lead: Actor;
beforeAll(async () => {
  db = await testDatabase();
});
beforeEach(async () => {
  await db.truncate();
  bar = await aBar(db);
  lead = await anOperator(bar, { role: 'shift_lead' });
});
afterAll(() => db.drop());

const id = () => ({ request_id: randomUUID() });
const erasing = (guest_id: number, remainder: 'none' | 'unclaimed' = 'none') => ({
  ...id(),
  guest_id,
  reason: 'попросил гость',
  remainder,
  approver: { operator_id: lead.operator_id, role: lead.role },
});
const leave = async (visit_id: number) => {
  const [row] = await query<{ version: number }>(db.sequelize, 'SELECT version FROM visits WHERE id = $1', [
    visit_id,
  ]);
  await closeVisit(bar.deps, lead, {
    ...id(),
    visit_id,
    expected_version: row?.version ?? 0,
    reason: 'уходит',
    card_returned: true,
    remainder: 'keep',
    method: 'cash',
  });
};

describe('what is known of a guest', () => {
  it('changes field by field; the trail says which, never what', async () => {
    const { guest_id } = await aGuest(bar, { name: 'Семён Ёлкин', phone: '79161234567' });
    const input = { ...id(), guest_id, phone: '+7 (999) 000-11-22', display_name: 'Сёма' };
    const guest = await updateGuest(bar.deps, bar.actor, input);
    expect(guest).toMatchObject({
      name: 'Семён Ёлкин',
      phone: '79990001122',
      display_name: 'Сёма',
      language: 'ru',
    });
    expect(await updateGuest(bar.deps, bar.actor, input)).toEqual(guest);
    const cleared = await updateGuest(bar.deps, bar.actor, {
      ...id(),
      guest_id,
      phone: null,
      language: 'en',
    });
    expect(cleared).toMatchObject({ name: 'Семён Ёлкин', phone: null, language: 'en' });
    const trail = await query(db.sequelize, 'SELECT action, guest_id, details FROM audit_events ORDER BY id');
    expect(trail).toEqual([
      { action: 'guest.updated', guest_id, details: { fields: ['display_name', 'phone'] } },
      { action: 'guest.updated', guest_id, details: { fields: ['language', 'phone'] } },
    ]);
    const wrong = updateGuest(bar.deps, bar.actor, { ...id(), guest_id, phone: '12' });
    expect((await refusalOf(wrong)).code).toBe('guest.phone_invalid');
    const nobody = updateGuest(bar.deps, bar.actor, { ...id(), guest_id: 999, name: 'Кто' });
    expect((await refusalOf(nobody)).code).toBe('guest.not_found');
  });

  it('a screen that shows the guest’s visit looks again', async () => {
    const { guest_id, visit_id } = await aVisit(bar, { name: 'Анна' });
    await updateGuest(bar.deps, bar.actor, { ...id(), guest_id, display_name: 'Аня' });
    const events = await query(db.sequelize, 'SELECT type, visit_id FROM events');
    expect(events).toEqual([{ type: 'visit.changed', visit_id }]);
  });

  it('a known guest whose age nobody confirmed may have it confirmed, and then a visit', async () => {
    const { guest_id } = await aGuest(bar, { name: 'Ким', age_confirmed: false });
    const visit = () => openVisit(bar.deps, bar.actor, { ...id(), guest_id, guest: null, card_uid: null });
    expect((await refusalOf(visit())).code).toBe('guest.age_not_confirmed');
    const guest = await confirmAge(bar.deps, bar.actor, { ...id(), guest_id });
    expect(guest.age_confirmed_by).toBe(bar.actor.operator_id);
    expect((await visit()).version).toBe(1);
  });

  it('consent is given and taken back, each in the trail', async () => {
    const { guest_id } = await aGuest(bar, { name: 'Анна' });
    expect(
      (await setConsent(bar.deps, bar.actor, { ...id(), guest_id, given: true })).consent_at,
    ).not.toBeNull();
    expect(
      (await setConsent(bar.deps, bar.actor, { ...id(), guest_id, given: false })).consent_at,
    ).toBeNull();
    expect(await auditActions(bar)).toEqual(['guest.consent_given', 'guest.consent_withdrawn']);
  });
});

it('a blocked guest’s card opens no tap until they are unblocked', async () => {
  const scene = await aScene(bar);
  const { guest_id } = scene.visit;
  const ask = () => authorisePour(bar.deps, scene.node, asking(scene));
  await setBlocked(bar.deps, bar.actor, { ...id(), guest_id, blocked: true, reason: 'драка' });
  expect(await guestView(db.sequelize, guest_id)).toMatchObject({ blocked_reason: 'драка' });
  expect(await refusedWith(ask())).toBe('guest_blocked');
  await setBlocked(bar.deps, bar.actor, { ...id(), guest_id, blocked: false, reason: 'помирились' });
  expect(await refusedWith(ask())).toBe('granted');
});

describe('a guest is erased', () => {
  it('name and phone are gone, ids and books stay, and verify passes', async () => {
    const scene = await aScene(bar, { balance: 15_000 });
    const { guest_id, visit_id } = scene.visit;
    await updateGuest(bar.deps, lead, {
      ...id(),
      guest_id,
      name: 'Семён Ёлкин',
      phone: '79161234567',
      display_name: 'Сёма',
    });
    await setConsent(bar.deps, lead, { ...id(), guest_id, given: true });
    const { grant } = await aPourGranted(scene);
    await settleReport(bar.deps, scene.node, aReport(grant, { metered_ml: 500 }));
    await leave(visit_id);
    const before = await countRows(bar, 'ledger_entries');
    const input = erasing(guest_id);
    const erased = await eraseGuest(bar.deps, lead, input);
    expect(erased).toMatchObject({
      guest_id,
      name: null,
      phone: null,
      display_name: null,
      consent_at: null,
      visits: 1,
    });
    expect(await eraseGuest(bar.deps, lead, input)).toEqual(erased);
    expect((await refusalOf(eraseGuest(bar.deps, lead, erasing(guest_id)))).code).toBe('guest.erased');
    expect((await search(bar.deps, { query: 'Ёлкин' })).guests).toEqual([]);
    expect((await search(bar.deps, { query: '4567' })).guests).toEqual([]);
    expect(await countRows(bar, 'ledger_entries')).toBe(before);
    await sealLedger(bar.deps, { sweep: 'all' });
    expect(await verifyBooks(bar.deps)).toMatchObject({ ok: true });
    const change = updateGuest(bar.deps, lead, { ...id(), guest_id, name: 'Снова' });
    expect((await refusalOf(change)).code).toBe('guest.erased');
  });

  it('not while they are here, and not while the bar holds their money', async () => {
    await anOpenShift(bar);
    const { guest_id, visit_id } = await aVisit(bar, { name: 'Анна', balance: minor(7_000) });
    expect(await refusalOf(eraseGuest(bar.deps, lead, erasing(guest_id, 'unclaimed')))).toEqual({
      code: 'guest.has_visit',
      params: { guest_id, visit_id },
    });
    await leave(visit_id);
    expect(await refusalOf(eraseGuest(bar.deps, lead, erasing(guest_id)))).toEqual({
      code: 'guest.has_money',
      params: { guest_id, balance_minor: 7_000 },
    });
    const cashier = { operator_id: bar.actor.operator_id, role: 'cashier' as const };
    const alone = eraseGuest(bar.deps, lead, { ...erasing(guest_id), approver: cashier });
    expect((await refusalOf(alone)).code).toBe('approval.needed');
    expect((await guestView(db.sequelize, guest_id)).name).toBe('Анна');
    await eraseGuest(bar.deps, lead, erasing(guest_id, 'unclaimed'));
    expect(await balanceOf(bar, guest_id)).toBe(0);
    expect((await verifyBooks(bar.deps)).ok).toBe(true);
  });

  it('the database itself keeps an erased row empty', async () => {
    const { guest_id } = await aGuest(bar, { name: 'Анна' });
    await eraseGuest(bar.deps, lead, erasing(guest_id));
    await expect(
      query(db.sequelize, `UPDATE guests SET name = 'Анна' WHERE id = $1`, [guest_id]),
    ).rejects.toThrow(/guests_erased_whole/);
  });
});

it('everything about one guest can be taken along as JSON, and nothing about another', async () => {
  const scene = await aScene(bar);
  const other = await aVisit(bar, { name: 'Чужой', balance: minor(1_000) });
  const { guest_id } = scene.visit;
  await updateGuest(bar.deps, lead, { ...id(), guest_id, name: 'Семён Ёлкин' });
  const { grant } = await aPourGranted(scene);
  await settleReport(bar.deps, scene.node, aReport(grant));
  const taken = guestExport.parse(await exportGuest(bar.deps, lead, { guest_id }));
  expect(taken.guest).toMatchObject({ id: guest_id, name: 'Семён Ёлкин' });
  const { visits, cards, grants, pours, money } = taken;
  expect([visits, cards, grants, pours].map((rows) => rows.length)).toEqual([1, 1, 1, 1]);
  expect(money.map(({ kind, amount_minor }) => [kind, amount_minor])).toEqual([
    ['opening', 100_000],
    ['pour', -15_000],
  ]);
  expect(JSON.stringify(taken)).not.toContain('Чужой');
  expect(JSON.stringify(taken)).not.toContain(other.uid);
  expect((await auditActions(bar, 'guest.exported')).length).toBe(1);
  expect((await refusalOf(exportGuest(bar.deps, lead, { guest_id: 999 }))).code).toBe('guest.not_found');
});

describe('retention', () => {
  const long_ago = (table: string, columns: readonly string[]) =>
    query(
      db.owner,
      `UPDATE ${table} SET ${columns.map((column) => `${column} = ${column} - interval '13 months'`).join(', ')}`,
    );

  it('forgets who was not seen for a setting’s months; who is here, was here lately or has money stays', async () => {
    await anOpenShift(bar);
    const gone = await aVisit(bar, { name: 'Давно' });
    const rich = await aVisit(bar, { name: 'С деньгами', balance: minor(5_000) });
    const here = await aVisit(bar, { name: 'Здесь' });
    const never = await aGuest(bar, { name: 'Без визита' });
    for (const { visit_id } of [gone, rich]) await leave(visit_id);
    await long_ago('guests', ['created_at']);
    await long_ago('visits', ['opened_at', 'closed_at']);
    const lately = await aVisit(bar, { name: 'Недавно' });
    await leave(lately.visit_id);
    expect(await forgetOldGuests(bar.deps)).toEqual({ forgotten: 2, kept_for_money: 1 });
    const names = async (guest_id: number) => (await guestView(db.sequelize, guest_id)).name;
    expect(await names(gone.guest_id)).toBeNull();
    expect(await names(never.guest_id)).toBeNull();
    expect(await names(rich.guest_id)).toBe('С деньгами');
    expect(await names(here.guest_id)).toBe('Здесь');
    expect(await names(lately.guest_id)).toBe('Недавно');
    expect(await forgetOldGuests(bar.deps)).toEqual({ forgotten: 0, kept_for_money: 1 });
    expect(await auditActions(bar, 'guest.erased')).toHaveLength(2);
    expect((await verifyBooks(bar.deps)).ok).toBe(true);
  });

  it('the months are a setting', async () => {
    await aGuest(bar, { name: 'Давно' });
    await long_ago('guests', ['created_at']);
    await query(
      db.sequelize,
      `INSERT INTO settings (key, value) VALUES ('till', '{"retention_months": 14}')`,
    );
    expect((await forgetOldGuests(bar.deps)).forgotten).toBe(0);
    await query(db.sequelize, `UPDATE settings SET value = '{"retention_months": 6}' WHERE key = 'till'`);
    expect((await forgetOldGuests(bar.deps)).forgotten).toBe(1);
  });
});
