'use strict';
// The bar before visits: settings, staff, guests, beverages, kegs, taps, cards.
const { migration, appMay } = require('./support/steps.cjs');

module.exports = migration(
  `
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'rows of % are written once and never change', TG_TABLE_NAME USING ERRCODE = '42501';
END $$;

CREATE TABLE settings (
  key text PRIMARY KEY,
  value jsonb NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE operators (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 80),
  role text NOT NULL CHECK (role IN ('cashier', 'shift_lead', 'engineer')),
  pin_hash text NOT NULL,
  pin_failures integer NOT NULL DEFAULT 0 CHECK (pin_failures >= 0),
  locked_at timestamptz,
  active boolean NOT NULL DEFAULT true,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX operators_one_active_per_name ON operators (lower(name)) WHERE active;

CREATE TABLE guests (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text CHECK (length(name) BETWEEN 1 AND 80),
  name_search text GENERATED ALWAYS AS (translate(lower(name), 'ё', 'е')) STORED,
  phone text CHECK (phone ~ '^[0-9]{5,15}$'),
  display_name text CHECK (length(display_name) BETWEEN 1 AND 40),
  language text NOT NULL DEFAULT 'ru' CHECK (language IN ('ru', 'en')),
  age_confirmed_at timestamptz,
  age_confirmed_by bigint REFERENCES operators,
  blocked_at timestamptz,
  consent_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  CHECK ((age_confirmed_at IS NULL) = (age_confirmed_by IS NULL))
);
CREATE INDEX guests_by_name ON guests (name_search text_pattern_ops);
CREATE INDEX guests_by_phone_tail ON guests (reverse(phone) text_pattern_ops);

CREATE TABLE beverages (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 80),
  style text NOT NULL DEFAULT '',
  abv_permille integer NOT NULL DEFAULT 0 CHECK (abv_permille BETWEEN 0 AND 1000),
  price_minor_per_litre integer NOT NULL CHECK (price_minor_per_litre BETWEEN 0 AND 10000000),
  active boolean NOT NULL DEFAULT true,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE kegs (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  beverage_id bigint NOT NULL REFERENCES beverages,
  size_ml integer NOT NULL CHECK (size_ml BETWEEN 1 AND 1000000),
  start_ml integer NOT NULL CHECK (start_ml BETWEEN 0 AND 1000000),
  remaining_ml integer NOT NULL,
  state text NOT NULL DEFAULT 'in_store' CHECK (state IN ('in_store', 'on_tap', 'empty', 'returned')),
  received_at timestamptz NOT NULL DEFAULT now(),
  opened_at timestamptz,
  marking_code text
);

CREATE TABLE taps (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  number integer NOT NULL UNIQUE CHECK (number BETWEEN 1 AND 99),
  status text NOT NULL DEFAULT 'selling' CHECK (status IN ('selling', 'processing_sync', 'cleaning', 'disabled')),
  keg_id bigint UNIQUE REFERENCES kegs,
  pulses_per_litre integer NOT NULL DEFAULT 5400 CHECK (pulses_per_litre BETWEEN 1 AND 1000000),
  calibration_version integer NOT NULL DEFAULT 1 CHECK (calibration_version >= 1),
  overshoot_ml integer NOT NULL DEFAULT 0 CHECK (overshoot_ml BETWEEN 0 AND 200),
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE cards (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  uid text NOT NULL UNIQUE CHECK (uid ~ '^([0-9A-F]{8}|[0-9A-F]{14}|[0-9A-F]{20})$'),
  state text NOT NULL DEFAULT 'available' CHECK (state IN ('available', 'assigned', 'missing', 'lost', 'retired')),
  created_at timestamptz NOT NULL DEFAULT now()
);

INSERT INTO settings (key, value) VALUES
  ('bar', '{"name": "", "currency": "RUB", "time_zone": "Europe/Moscow", "age_limit": 18, "language": "ru"}'),
  ('pour', '{"start_window_ms": 10000, "pour_cap_ms": 120000, "lease_ms": 140000, "idle_ms": 10000, "grace_ms": 500, "min_pour_ml": 30, "max_pour_ml": 2000, "keg_allowance_percent": 3, "daily_limit_ml": 2000, "first_flush_ml": 0}'),
  ('incarnation', to_jsonb(gen_random_uuid()::text));
` +
    appMay('SELECT, INSERT, UPDATE', [
      'settings',
      'operators',
      'guests',
      'beverages',
      'kegs',
      'taps',
      'cards',
    ]),
  `
DROP TABLE cards, taps, kegs, beverages, guests, operators, settings;
DROP FUNCTION refuse_change();
`,
);
