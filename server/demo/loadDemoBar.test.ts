import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { query } from '../db/query.ts';
import { board } from '../queries/board.ts';
import type { Deps } from '../services/support/deps.ts';
import { sealLedger } from '../services/sealLedger.ts';
import { verifyBooks } from '../services/verifyBooks.ts';
import { aBar, aDeps, countRows } from '../testing/builders.ts';
import { refusalOf } from '../testing/refusals.ts';
import { testDatabase } from '../testing/testDatabase.ts';
import type { TestDatabase } from '../testing/testDatabase.ts';
import { DEMO_GUESTS } from './demoBar.ts';
import { loadDemoBar } from './loadDemoBar.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
});
beforeEach(() => db.truncate());
afterAll(() => db.drop());

const rows = (deps: Deps, table: string) => countRows({ ...deps, deps }, table);
const hashPin = async (pin: string) => `hash of ${pin}`;

it('the demo bar has 4 taps, 6 beverages, a dozen guests and an open shift, and its books are true', async () => {
  const deps = aDeps(db);
  expect(await loadDemoBar(deps, { hashPin })).toMatchObject({ loaded: true });
  const shown = await board(deps, { state: 'no_station', names: [] });
  expect(shown.taps.map((tap) => tap.beverage)).toEqual([
    'Жигулёвское домашнее',
    'Хеллес «Ладога»',
    'Пилс «Старый мост»',
    'IPA «Северный ветер»',
  ]);
  expect(shown.visits).toHaveLength(10);
  expect(shown.visits.filter((visit) => visit.guest_name === null)).toHaveLength(2);
  expect(shown.visits.every((visit) => visit.balance_minor > 0)).toBe(true);
  expect(shown.shift).toMatchObject({ float_minor: 500_000 });
  const cash = DEMO_GUESTS.filter((guest) => guest.method === 'cash').reduce(
    (sum, guest) => sum + guest.top_up_minor,
    0,
  );
  expect(shown.shift?.expected_cash_minor).toBe(500_000 + cash);
  expect(await rows(deps, 'beverages')).toBe(6);
  expect(await rows(deps, 'guests')).toBe(12);
  await sealLedger(deps);
  expect(await verifyBooks(deps)).toMatchObject({ ok: true, unsealed_entries: 0 });
});

it('a second load does nothing and says so', async () => {
  const deps = aDeps(db);
  await loadDemoBar(deps, { hashPin });
  const figures = () =>
    query(
      db.sequelize,
      'SELECT (SELECT count(*) FROM audit_events) AS audit, (SELECT count(*) FROM ledger_entries) AS entries',
    );
  const before = await figures();
  expect(await loadDemoBar(deps, { hashPin })).toEqual({
    loaded: false,
    says: 'The demo bar is already there; nothing was changed.',
  });
  expect(await figures()).toEqual(before);
});

it('a load that was cut off goes on where it stopped', async () => {
  const deps = aDeps(db);
  let looks = 0;
  const now = () => {
    if (++looks > 3) throw new Error('the power is gone');
    return deps.clock.now();
  };
  const failing = { ...deps, clock: { ...deps.clock, now } };
  await expect(loadDemoBar(failing, { hashPin })).rejects.toThrow('the power is gone');
  expect(await loadDemoBar(deps, { hashPin })).toMatchObject({ loaded: true });
  expect(await rows(deps, 'beverages')).toBe(6);
  expect(await rows(deps, 'visits')).toBe(12);
});

it('a bar that has been set up is not touched', async () => {
  const bar = await aBar(db);
  expect((await refusalOf(loadDemoBar(bar.deps, { hashPin }))).code).toBe('setup.done_already');
  expect(await countRows(bar, 'beverages')).toBe(0);
});
