import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { ALL_FLAGS_ON } from '#domain/flags';
import { query } from '../../db/query.ts';
import { testDatabase } from '../../testing/testDatabase.ts';
import type { TestDatabase } from '../../testing/testDatabase.ts';
import { readFlags } from './flags.ts';
import { readSettings } from './settings.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
});
beforeEach(() => db.truncate());
afterAll(() => db.drop());

it('a new bar has usable settings, no emergency stop, and every flag on', async () => {
  expect(await readSettings(db.sequelize)).toMatchObject({
    bar: { currency: 'RUB', time_zone: 'Europe/Moscow', age_limit: 18 },
    pour: { start_window_ms: 10_000, pour_cap_ms: 120_000, lease_ms: 140_000 },
    emergency_stop: false,
  });
  expect(await readFlags(db.sequelize, { flag_overrides: {} })).toEqual(ALL_FLAGS_ON);
});

it('a flag that is switched off is off, and the environment wins over the row', async () => {
  await query(db.sequelize, `UPDATE feature_flags SET enabled = false WHERE name = 'FF_ACTIVE_TAP_LOCK'`);
  expect((await readFlags(db.sequelize, { flag_overrides: {} })).FF_ACTIVE_TAP_LOCK).toBe(false);
  const overrides = { FF_ACTIVE_TAP_LOCK: true, FF_POS_ADAPTER_STUB: false };
  expect(await readFlags(db.sequelize, { flag_overrides: overrides })).toMatchObject(overrides);
});

it('a lease that does not outlive the pour is refused: the valve could still be open', async () => {
  await query(
    db.sequelize,
    `UPDATE settings SET value = jsonb_set(value, '{lease_ms}', '130000') WHERE key = 'pour'`,
  );
  await expect(readSettings(db.sequelize)).rejects.toThrow(/lease_ms must be greater/);
});
