import { expect, it } from 'vitest';
import { MONEY_DEFAULTS, SERVICE_DEFAULTS } from '#domain/moneySettings';
import { PRINTER_DEFAULTS } from '#domain/receipt/printer';
import { TILL_DEFAULTS } from '#domain/settings';
import { diagnosticsOf } from './diagnostics.ts';
import type { Diagnosed } from './diagnostics.ts';

const SECRET = 'Анна Кравцова';

it('the diagnostics file names versions, taps and settings, and nobody', () => {
  const instant = '2026-11-24T18:00:00.000Z';
  const diagnosed: Diagnosed = {
    at: instant,
    screen: { language: 'ru' },
    about: {
      version: '0.1.0',
      protocol_version: 1,
      node: '24.0.0',
      postgresql: '18.4',
      platform: 'linux x64',
      incarnation: 'abc',
      started_at: instant,
      backup: { scheduled: true, second_place: false, last_at: null, problem: `/home/${SECRET}/stick` },
    },
    flags: [
      {
        name: 'FF_ACTIVE_TAP_LOCK',
        enabled: false,
        stored: false,
        override: null,
        changed_at: instant,
        changed_by: 1,
        reason: SECRET,
      },
    ],
    settings: {
      bar: { name: SECRET, currency: 'RUB', time_zone: 'Europe/Moscow', age_limit: 18, language: 'ru' },
      pour: {
        start_window_ms: 1,
        pour_cap_ms: 2,
        lease_ms: 4,
        idle_ms: 1,
        grace_ms: 1,
        min_pour_ml: 1,
        max_pour_ml: 1,
        keg_allowance_percent: 1,
        daily_limit_ml: 1,
        first_flush_ml: 1,
      },
      till: TILL_DEFAULTS,
      money: MONEY_DEFAULTS,
      service: SERVICE_DEFAULTS,
      printer: PRINTER_DEFAULTS,
    },
    nodes: [
      {
        node_id: 1,
        name: SECRET,
        state: 'active',
        tap_numbers: [3],
        software: '0.1.0',
        protocol_version: 1,
        queue_depth: 0,
        silent_ms: 1,
        last_seen_at: instant,
        enrolled_at: instant,
        certificate_expires_at: instant,
      },
    ],
    board: {
      bar: {
        name: SECRET,
        currency: 'RUB',
        time_zone: 'Europe/Moscow',
        language: 'ru',
        age_limit: 18,
        cash_step_minor: 1,
      },
      incarnation: 'abc',
      server_time: instant,
      shift: null,
      open_reviews: 2,
      emergency_stop: false,
      reader: { state: 'ready', names: [SECRET] },
      visits: [
        {
          visit_id: 5,
          guest_name: SECRET,
          guest_id: 9,
          balance_minor: 1,
          card_uid: '04A1B2C3D4E580',
          opened_at: instant,
          lock: null,
          pending_pours: 0,
        },
      ],
      taps: [
        {
          tap_id: 1,
          number: 3,
          status: 'selling',
          silent_ms: 1,
          phase: 'idle',
          beverage: SECRET,
          price_minor_per_litre: 1,
          list_price_minor_per_litre: 1,
          keg_id: 1,
          keg_remaining_ml: 900,
          keg_size_ml: 1000,
          guest_name: SECRET,
          visit_id: 5,
          live_ml: null,
          live_minor: null,
          pending_grant_ids: [],
          keg_low: false,
          forecast_minutes: null,
          cleaned_at: null,
          cleaning_due: true,
          flow_trouble: null,
        },
      ],
    },
  };
  const text = diagnosticsOf(diagnosed);
  expect(text).not.toContain(SECRET);
  expect(text).not.toContain('04A1B2C3D4E580');
  expect(JSON.parse(text)).toMatchObject({
    versions: { version: '0.1.0' },
    active_visits: 1,
    taps: [{ number: 3, keg_remaining_ml: 900, cleaning_due: true }],
    nodes: [{ taps: [3], software: '0.1.0' }],
    flags: [{ name: 'FF_ACTIVE_TAP_LOCK', enabled: false }],
  });
});
