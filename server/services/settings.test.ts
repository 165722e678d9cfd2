import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FLAGS } from '#domain/flags';
import { setSettingsInput } from '#domain/protocol/settings';
import type { SetSettingsInput } from '#domain/protocol/settings';
import { query } from '../db/query.ts';
import { flagList } from '../queries/flags.ts';
import { settingsOf } from '../queries/settings.ts';
import { aBar, anOpenShift, anOperator, aTap, aVisit } from '../testing/builders.ts';
import type { Bar } from '../testing/builders.ts';
import { refusalOf } from '../testing/refusals.ts';
import { testDatabase } from '../testing/testDatabase.ts';
import type { TestDatabase } from '../testing/testDatabase.ts';
import { setFlag } from './setFlag.ts';
import { setSettings } from './setSettings.ts';
import type { Actor } from './support/deps.ts';
import { readFlags } from './support/flags.ts';
import { topUp } from './topUp.ts';

let db: TestDatabase;
let bar: Bar;
let engineer: Actor;
beforeAll(async () => {
  db = await testDatabase();
});
beforeEach(async () => {
  await db.truncate();
  bar = await aBar(db);
  engineer = await anOperator(bar, { role: 'engineer' });
});
afterAll(() => db.drop());

const id = () => ({ request_id: randomUUID() });
const events = () =>
  query<{ type: string; tap_id: number | null; details: object }>(
    db.sequelize,
    'SELECT type, tap_id, details FROM events ORDER BY id',
  );
const trail = (action: string) =>
  query(db.sequelize, 'SELECT operator_id, reason, details FROM audit_events WHERE action = $1 ORDER BY id', [
    action,
  ]);

describe('a flag', () => {
  it('is switched at run time with a reason, once for each request, in the trail and on the screens', async () => {
    const input = {
      ...id(),
      name: 'FF_POS_ADAPTER_STUB' as const,
      enabled: false,
      reason: 'касса в ремонте',
    };
    const list = await setFlag(bar.deps, engineer, input);
    expect(list.map(({ name }) => name)).toEqual([...FLAGS]);
    expect(list.at(-1)).toMatchObject({
      enabled: false,
      stored: false,
      override: null,
      changed_by: engineer.operator_id,
      reason: 'касса в ремонте',
    });
    expect(await setFlag(bar.deps, engineer, input)).toEqual(list);
    expect((await readFlags(db.sequelize, bar.deps)).FF_POS_ADAPTER_STUB).toBe(false);
    expect(await trail('flag.set')).toEqual([
      {
        operator_id: engineer.operator_id,
        reason: 'касса в ремонте',
        details: {
          flag: 'FF_POS_ADAPTER_STUB',
          enabled: false,
          before: true,
          approved_by: engineer.operator_id,
        },
      },
    ]);
    expect(await events()).toMatchObject([{ type: 'flags.changed', details: { enabled: false } }]);
  });

  it('that the environment sets is shown with it and cannot be switched here', async () => {
    const deps = { ...bar.deps, flag_overrides: { FF_ACTIVE_TAP_LOCK: false } };
    const shown = (await flagList(db.sequelize, deps.flag_overrides))[1];
    expect(shown).toMatchObject({
      name: 'FF_ACTIVE_TAP_LOCK',
      enabled: false,
      stored: true,
      override: false,
    });
    const input = { ...id(), name: 'FF_ACTIVE_TAP_LOCK' as const, enabled: true, reason: 'вернуть' };
    expect(await refusalOf(setFlag(deps, engineer, input))).toEqual({
      code: 'flag.overridden',
      params: { flag: 'FF_ACTIVE_TAP_LOCK' },
    });
  });
});

describe('a shift lead', () => {
  it('changes flags and settings only with an engineer’s PIN in place, and the trail names who answered', async () => {
    const lead = await anOperator(bar, { role: 'shift_lead' });
    const flag = { name: 'FF_LOST_CARD_ENFORCEMENT' as const, enabled: false, reason: 'праздник' };
    const setting = { section: 'till' as const, values: { idle_lock_s: 60 }, reason: 'праздник' };
    const refused = { code: 'approval.needed', params: { needs: 'engineer', about: 'settings' } };
    for (const approver of [null, lead]) {
      expect(await refusalOf(setFlag(bar.deps, lead, { ...id(), ...flag, approver }))).toEqual(refused);
      expect(await refusalOf(setSettings(bar.deps, lead, { ...id(), ...setting, approver }))).toEqual(
        refused,
      );
    }
    expect((await settingsOf(db.sequelize)).till.idle_lock_s).toBe(0);
    const { operator_id, role } = engineer;
    const approver = { operator_id, role };
    await setFlag(bar.deps, lead, { ...id(), ...flag, approver });
    await setSettings(bar.deps, lead, { ...id(), ...setting, approver });
    for (const action of ['flag.set', 'settings.set'])
      expect(await trail(action)).toMatchObject([
        { operator_id: lead.operator_id, details: { approved_by: engineer.operator_id } },
      ]);
  });
});

describe('settings', () => {
  const set = (section: SetSettingsInput['section'], values: object, request = id()) =>
    setSettings(
      bar.deps,
      engineer,
      setSettingsInput.parse({ ...request, section, values, reason: 'так решили' }),
    );

  it('change one by one, what is not named stays, and the trail has before and after', async () => {
    const request = id();
    const changed = await set('till', { idle_lock_s: 300, receipt_language: 'en' }, request);
    expect(changed.till).toMatchObject({ idle_lock_s: 300, receipt_language: 'en', retention_months: 12 });
    expect(await set('till', { idle_lock_s: 300, receipt_language: 'en' }, request)).toEqual(changed);
    await set('till', { vat_permille: 200 });
    expect((await settingsOf(db.sequelize)).till).toMatchObject({ idle_lock_s: 300, vat_permille: 200 });
    expect(await trail('settings.set')).toMatchObject([
      {
        reason: 'так решили',
        details: {
          section: 'till',
          before: { idle_lock_s: 0, receipt_language: null },
          after: { idle_lock_s: 300, receipt_language: 'en' },
        },
      },
      { details: { before: { vat_permille: 0 }, after: { vat_permille: 200 } } },
    ]);
  });

  it('what staff may give away and how much is served are sections of their own', async () => {
    const caps = { cashier: 500, shift_lead: 5_000, engineer: 9_000 };
    expect((await set('money', { comp_ml_per_day: caps })).money).toEqual({
      debt_refuses: true,
      debt_from_top_up: true,
      comp_ml_per_day: caps,
      house_ml_per_day: { tasting: 2_000, staff: 2_000, quality: 1_000, training: 2_000 },
    });
    expect((await set('service', { unit: 'grams' })).service).toMatchObject({
      unit: 'grams',
      limit_grams: 80,
    });
    expect(await trail('settings.set')).toMatchObject([
      { details: { after: { comp_ml_per_day: caps } } },
      { details: { before: { unit: 'ml' }, after: { unit: 'grams' } } },
    ]);
    expect(() => set('money', { comp_ml_per_day: { cashier: 1 } })).toThrow();
  });

  it('the lease always outlives window and cap, and the times change only between shifts', async () => {
    const short = { start_window_ms: 10_000, pour_cap_ms: 130_000 };
    expect(await refusalOf(set('pour', short))).toEqual({
      code: 'input.invalid',
      params: { path: 'lease_ms', problem: 'lease_too_short' },
    });
    expect((await set('pour', { ...short, lease_ms: 140_001 })).pour).toMatchObject({ lease_ms: 140_001 });
    await anOpenShift(bar);
    const longer = { pour_cap_ms: 140_000, lease_ms: 160_000 };
    expect((await refusalOf(set('pour', longer))).code).toBe('settings.shift_open');
    expect((await set('pour', { daily_limit_ml: 3_000, pour_cap_ms: 130_000 })).pour.daily_limit_ml).toBe(
      3_000,
    );
  });

  it('of bar and pour reach every paired tap', async () => {
    const tap = await aTap(bar);
    await set('bar', { name: 'Новое имя' });
    expect(await events()).toEqual([
      { type: 'flags.changed', tap_id: null, details: { what: 'settings', section: 'bar' } },
      { type: 'tap.changed', tap_id: tap.tap_id, details: { what: 'settings' } },
    ]);
  });

  it('a time zone must exist; the currency stays once there are books', async () => {
    expect((await refusalOf(set('bar', { time_zone: 'Europe/Nowhere' }))).params).toMatchObject({
      path: 'time_zone',
    });
    expect((await set('bar', { currency: 'EUR' })).bar.currency).toBe('EUR');
    await anOpenShift(bar);
    const { visit_id } = await aVisit(bar);
    await topUp(bar.deps, bar.actor, { ...id(), visit_id, amount_minor: 1_000, method: 'cash' });
    expect((await refusalOf(set('bar', { currency: 'RUB' }))).params).toMatchObject({
      problem: 'books_are_kept',
    });
    expect((await set('bar', { currency: 'EUR', age_limit: 21 })).bar.age_limit).toBe(21);
  });

  it.each([
    { section: 'bar', values: { language: 'de' } },
    { section: 'pour', values: { lease_ms: 1.5 } },
    { section: 'till', values: { retention_months: 0 } },
    { section: 'till', values: { incarnation: 'x' } },
    { section: 'recovery', values: { hash: 'x' } },
  ])('no other section, key or value is taken: $section $values', (change) => {
    expect(setSettingsInput.safeParse({ ...id(), reason: 'так', ...change }).success).toBe(false);
  });
});
