import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { query } from '../db/query.ts';
import { beverageList, kegList } from '../queries/kegs.ts';
import { aBar, anOperator, countRows } from '../testing/builders.ts';
import type { Bar } from '../testing/builders.ts';
import { race, refusalOf } from '../testing/refusals.ts';
import { testDatabase } from '../testing/testDatabase.ts';
import type { TestDatabase } from '../testing/testDatabase.ts';
import { createBeverage } from './createBeverage.ts';
import { createTap } from './createTap.ts';
import { putKegOnTap } from './putKegOnTap.ts';
import { receiveKeg } from './receiveKeg.ts';
import type { Actor } from './support/deps.ts';
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

const aPils = () =>
  createBeverage(bar.deps, lead, {
    request_id: randomUUID(),
    name: 'Пилс «Старый мост»',
    style: 'Пилс',
    abv_permille: 46,
    price_minor_per_litre: 42_000,
  });
const aFullKeg = async () => {
  const { beverage_id } = await aPils();
  return receiveKeg(bar.deps, lead, { request_id: randomUUID(), beverage_id, size_ml: 30_000 });
};

it('a beverage, a keg and a tap are made once, however often the request is delivered', async () => {
  const beverage = {
    request_id: randomUUID(),
    name: 'Сидр',
    style: '',
    abv_permille: 50,
    price_minor_per_litre: 44_000,
  };
  const made = await createBeverage(bar.deps, lead, beverage);
  expect(await createBeverage(bar.deps, lead, beverage)).toEqual(made);
  const keg = { request_id: randomUUID(), beverage_id: made.beverage_id, size_ml: 20_000 };
  const received = await receiveKeg(bar.deps, lead, keg);
  expect(received).toMatchObject({
    beverage: 'Сидр',
    remaining_ml: 20_000,
    state: 'in_store',
    tap_number: null,
  });
  expect(await receiveKeg(bar.deps, lead, keg)).toEqual(received);
  const tap = await createTap(bar.deps, lead, { number: 3 });
  expect(await createTap(bar.deps, lead, { number: 3 })).toEqual(tap);
  const put = { request_id: randomUUID(), tap_id: tap.tap_id, keg_id: received.keg_id };
  const on_tap = await putKegOnTap(bar.deps, lead, put);
  expect(on_tap).toMatchObject({ state: 'on_tap', tap_number: 3, remaining_ml: 20_000 });
  expect(await putKegOnTap(bar.deps, lead, put)).toEqual(on_tap);
  expect(await kegList(db.sequelize)).toEqual([on_tap]);
  expect(await beverageList(db.sequelize)).toEqual([made]);
  for (const [table, rows] of [
    ['beverages', 1],
    ['kegs', 1],
    ['taps', 1],
    ['audit_events', 4],
  ] as const)
    expect(await countRows(bar, table)).toBe(rows);
});

it('a keg with beer in it stays on its tap, and a keg is on one tap', async () => {
  const tap = await createTap(bar.deps, lead, { number: 1 });
  const other = await createTap(bar.deps, lead, { number: 2 });
  const [first, second] = [await aFullKeg(), await aFullKeg()];
  const put = (tap_id: number, keg_id: number) =>
    putKegOnTap(bar.deps, lead, { request_id: randomUUID(), tap_id, keg_id });
  await put(tap.tap_id, first.keg_id);
  expect((await refusalOf(put(tap.tap_id, second.keg_id))).code).toBe('tap.has_keg');
  expect((await refusalOf(put(other.tap_id, first.keg_id))).code).toBe('keg.not_in_store');
  expect((await refusalOf(put(other.tap_id, 4711))).code).toBe('keg.not_found');
  expect((await refusalOf(put(4711, second.keg_id))).code).toBe('tap.not_found');
  const unknown = { request_id: randomUUID(), beverage_id: 4711, size_ml: 30_000 };
  expect((await refusalOf(receiveKeg(bar.deps, lead, unknown))).code).toBe('input.invalid');
});

it('invariant 6: an empty keg gives way and what it lacked is its yield variance', async () => {
  const tap = await createTap(bar.deps, lead, { number: 1 });
  const [first, second] = [await aFullKeg(), await aFullKeg()];
  const put = (keg_id: number) =>
    putKegOnTap(bar.deps, lead, { request_id: randomUUID(), tap_id: tap.tap_id, keg_id });
  await put(first.keg_id);
  await query(
    db.sequelize,
    `INSERT INTO keg_movements (keg_id, kind, out_ml) VALUES ($1, 'unbilled', 30250)`,
    [first.keg_id],
  );
  await query(db.sequelize, `UPDATE kegs SET state = 'empty' WHERE id = $1`, [first.keg_id]);
  expect((await put(second.keg_id)).tap_number).toBe(1);
  const left = await query(db.sequelize, 'SELECT remaining_ml, state FROM kegs ORDER BY id');
  expect(left).toEqual([
    { remaining_ml: 0, state: 'empty' },
    { remaining_ml: 30_000, state: 'on_tap' },
  ]);
  expect(await query(db.sequelize, `SELECT out_ml FROM keg_movements WHERE kind = 'yield_variance'`)).toEqual(
    [{ out_ml: -250 }],
  );
  expect((await verifyBooks(bar.deps)).ok).toBe(true);
});

it('of 16 who put one keg on 16 taps at once, one does', async () => {
  const keg = await aFullKeg();
  const taps = await Promise.all(
    Array.from({ length: 16 }, (_, index) => createTap(bar.deps, lead, { number: index + 1 })),
  );
  const { won, codes } = await race(16, (index) =>
    putKegOnTap(bar.deps, lead, {
      request_id: randomUUID(),
      tap_id: taps[index]!.tap_id,
      keg_id: keg.keg_id,
    }),
  );
  expect(won).toHaveLength(1);
  expect(codes).toEqual(Array.from({ length: 15 }, () => 'keg.not_in_store'));
});
