import { afterAll, beforeAll, expect, it } from 'vitest';
import { minor } from '#domain/quantity/money';
import { isShortId } from '#domain/grant/shortId';
import { aBar, aGrant, anOpenShift, aTap, aVisit, balanceOf, countRows } from './builders.ts';
import type { Bar } from './builders.ts';
import { testDatabase } from './testDatabase.ts';
import type { TestDatabase } from './testDatabase.ts';

let db: TestDatabase;
let bar: Bar;
beforeAll(async () => {
  db = await testDatabase();
  bar = await aBar(db);
});
afterAll(() => db.drop());

it('a visit of the builders has a guest with that balance, booked in the ledger, and a card', async () => {
  const visit = await aVisit(bar, { balance: minor(2000) });
  expect(await balanceOf(bar, visit.guest_id)).toBe(2000);
  expect(await countRows(bar, 'ledger_entries')).toBe(2);
});

it('a grant of the builders satisfies the triggers: lock, epoch and code', async () => {
  await anOpenShift(bar);
  const grant = await aGrant(bar, {
    visit: await aVisit(bar, { balance: minor(20_000) }),
    tap: await aTap(bar),
  });
  expect(isShortId(grant.short_id)).toBe(true);
  expect(grant.limit_minor).toBe(15_000);
});

it('models read and write: int8 as a number, JSON, times, what is generated', async () => {
  const made = await bar.models.Guest.create({ name: 'Пётр', language: 'en' });
  expect(typeof made.id).toBe('number');
  expect(made.created_at).toBeInstanceOf(Date);
  const found = await bar.models.Guest.findByPk(made.id, { rejectOnEmpty: true });
  expect(found.name).toBe('Пётр');
  await found.update({ display_name: 'П.' });
  const settings = await bar.models.Setting.findByPk('bar', { rejectOnEmpty: true });
  expect(settings.value).toMatchObject({ currency: 'RUB' });
});
