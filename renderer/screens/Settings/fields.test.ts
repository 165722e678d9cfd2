import { describe, expect, it } from 'vitest';
import { MONEY_DEFAULTS, SERVICE_DEFAULTS } from '#domain/moneySettings';
import { PRINTER_DEFAULTS } from '#domain/receipt/printer';
import type { SettingsWire } from '#domain/protocol/settings';
import { TILL_DEFAULTS } from '#domain/settings';
import { FIELDS, SECTIONS, sectionForm } from './fields.ts';
import type { Section } from './fields.ts';

const settings: Pick<SettingsWire, Section> = {
  bar: { name: 'Бар', currency: 'RUB', time_zone: 'Europe/Moscow', age_limit: 18, language: 'ru' },
  pour: {
    start_window_ms: 10_000,
    pour_cap_ms: 120_000,
    lease_ms: 140_000,
    idle_ms: 15_000,
    grace_ms: 500,
    min_pour_ml: 20,
    max_pour_ml: 1_000,
    keg_allowance_percent: 5,
    daily_limit_ml: 2_000,
    first_flush_ml: 0,
  },
  till: TILL_DEFAULTS,
  money: MONEY_DEFAULTS,
  service: SERVICE_DEFAULTS,
  printer: PRINTER_DEFAULTS,
};

describe('the form of the settings', () => {
  it.each(SECTIONS)('has a line for every value of the section %s, and none that is not there', (section) => {
    const paths = Object.entries(settings[section]).flatMap(([name, value]) =>
      typeof value === 'object' && value !== null
        ? Object.keys(value as object).map((part) => `${name}.${part}`)
        : [name],
    );
    expect(FIELDS[section].map((field) => field.path).sort()).toEqual(paths.sort());
  });

  it.each(SECTIONS)('of %s shows what holds and sends nothing while nothing is changed', (section) => {
    const form = sectionForm(section, settings, {});
    expect(form.changed).toEqual([]);
    expect(form.wrong.size).toBe(0);
    expect(form.values).toBeNull();
  });

  it('seconds, minutes, money and per cent are typed as people say them', () => {
    expect(sectionForm('pour', settings, { grace_ms: '0,75' }).values).toEqual({ grace_ms: 750 });
    expect(sectionForm('till', settings, { idle_lock_s: '5' }).values).toEqual({ idle_lock_s: 300 });
    expect(sectionForm('till', settings, { cash_difference_limit_minor: '20,50' }).values).toEqual({
      cash_difference_limit_minor: 2_050,
    });
    expect(sectionForm('till', settings, { vat_permille: '20' }).values).toEqual({ vat_permille: 200 });
  });

  it('a value typed back to what it was is no change', () => {
    expect(sectionForm('till', settings, { low_keg_ml: '3000' }).changed).toEqual([]);
  });

  it('one part of a value is sent with its other parts', () => {
    expect(sectionForm('money', settings, { 'comp_ml_per_day.cashier': '500' }).values).toEqual({
      comp_ml_per_day: { ...MONEY_DEFAULTS.comp_ml_per_day, cashier: 500 },
    });
  });

  it('the receipt’s language may be the bar’s', () => {
    const english = { ...settings, till: { ...TILL_DEFAULTS, receipt_language: 'en' as const } };
    expect(sectionForm('till', english, { receipt_language: 'bar' }).values).toEqual({
      receipt_language: null,
    });
  });

  it.each([
    ['bar', { age_limit: '31' }, 'age_limit', { wrong: 'too_big', bound: '30' }],
    ['bar', { name: ' ' }, 'name', { wrong: 'empty' }],
    ['till', { retention_months: '0' }, 'retention_months', { wrong: 'too_small', bound: '1' }],
    ['till', { vat_permille: '200' }, 'vat_permille', { wrong: 'too_big', bound: '100' }],
    ['pour', { max_pour_ml: 'много' }, 'max_pour_ml', { wrong: 'not_a_figure' }],
    ['pour', { min_pour_ml: '1,5' }, 'min_pour_ml', { wrong: 'not_a_figure' }],
    ['pour', { pour_cap_ms: '130' }, 'lease_ms', { wrong: 'lease' }],
    [
      'money',
      { 'house_ml_per_day.staff': '9000000' },
      'house_ml_per_day.staff',
      { wrong: 'too_big', bound: '1000000' },
    ],
  ] as const)('%s with %j is not sent: %s', (section, draft, path, wrong) => {
    const form = sectionForm(section, settings, draft);
    expect(form.wrong.get(path)).toEqual(wrong);
    expect(form.values).toBeNull();
  });
});
