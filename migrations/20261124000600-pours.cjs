'use strict';
// M4: pours with sync_status and short_id, the reports behind them, what moved each keg, what a person must look at.
const { migration, appMay, appendOnly } = require('./support/steps.cjs');

module.exports = migration(
  `
CREATE TABLE pours (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  grant_id uuid NOT NULL REFERENCES grants,
  client_tx_id text NOT NULL REFERENCES attempts,
  visit_id bigint NOT NULL REFERENCES visits,
  guest_id bigint NOT NULL REFERENCES guests,
  tap_id bigint NOT NULL REFERENCES taps,
  keg_id bigint NOT NULL REFERENCES kegs,
  beverage_id bigint NOT NULL REFERENCES beverages,
  shift_id bigint NOT NULL REFERENCES shifts,
  short_id text,
  source text NOT NULL DEFAULT 'meter' CHECK (source IN ('meter', 'manual')),
  sync_status text NOT NULL DEFAULT 'synced' CHECK (sync_status IN ('synced', 'pending_sync', 'reconciled', 'void')),
  metered_ml integer CHECK (metered_ml >= 0),
  billed_ml integer CHECK (billed_ml >= 0),
  first_flush_ml integer NOT NULL DEFAULT 0 CHECK (first_flush_ml >= 0),
  kick_ml integer NOT NULL DEFAULT 0 CHECK (kick_ml >= 0),
  price_minor_per_litre integer NOT NULL CHECK (price_minor_per_litre >= 0),
  cost_minor integer CHECK (cost_minor >= 0),
  paid_minor integer CHECK (paid_minor >= 0),
  pulses bigint CHECK (pulses >= 0),
  calibration_version integer,
  duration_ms bigint CHECK (duration_ms >= 0),
  end_reason text,
  time_estimated boolean NOT NULL DEFAULT false,
  manual_reason text,
  operator_id bigint REFERENCES operators,
  poured_at timestamptz NOT NULL DEFAULT now(),
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT pours_paid_within_cost CHECK (paid_minor <= cost_minor),
  CONSTRAINT pours_volume_known CHECK (sync_status NOT IN ('synced', 'reconciled') OR billed_ml IS NOT NULL AND cost_minor IS NOT NULL AND paid_minor IS NOT NULL),
  CONSTRAINT pours_meter_has_meter CHECK (source <> 'meter' OR sync_status <> 'synced' OR metered_ml IS NOT NULL)
);
CREATE UNIQUE INDEX pours_one_per_grant ON pours (grant_id);
CREATE UNIQUE INDEX pours_one_per_client_tx_id ON pours (client_tx_id);
CREATE UNIQUE INDEX pours_one_per_visit_and_short_id ON pours (visit_id, short_id) WHERE short_id IS NOT NULL;
CREATE INDEX pours_by_guest ON pours (guest_id, poured_at);
CREATE INDEX pours_by_shift ON pours (shift_id);
CREATE INDEX pours_pending ON pours (visit_id) WHERE sync_status = 'pending_sync';

CREATE TABLE pour_reports (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  node_id bigint NOT NULL REFERENCES nodes,
  tap_id bigint REFERENCES taps,
  grant_id uuid REFERENCES grants,
  client_tx_id text,
  request_hash text NOT NULL CHECK (request_hash ~ '^[0-9a-f]{64}$'),
  journal_id text,
  boot_id text,
  seq integer,
  pulses bigint,
  metered_ml integer,
  calibration_version integer,
  duration_ms bigint,
  end_reason text,
  age_ms bigint,
  offline boolean,
  attempt integer,
  verdict text NOT NULL CHECK (verdict IN ('accepted', 'late_sync_matched', 'late_sync_mismatch', 'quarantined')),
  quarantine_reason text,
  body text NOT NULL,
  poured_at timestamptz NOT NULL,
  time_estimated boolean NOT NULL DEFAULT false,
  received_at timestamptz NOT NULL DEFAULT now(),
  origin_shift_id bigint REFERENCES shifts,
  received_shift_id bigint REFERENCES shifts,
  CHECK ((verdict = 'quarantined') = (quarantine_reason IS NOT NULL))
);
CREATE UNIQUE INDEX pour_reports_one_first_report ON pour_reports (client_tx_id) WHERE verdict <> 'quarantined';
CREATE UNIQUE INDEX pour_reports_one_per_body ON pour_reports (node_id, coalesce(client_tx_id, ''), request_hash);
CREATE INDEX pour_reports_by_grant ON pour_reports (grant_id);

CREATE TABLE keg_movements (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  keg_id bigint NOT NULL REFERENCES kegs,
  kind text NOT NULL CHECK (kind IN ('pour', 'manual', 'late_difference', 'unbilled', 'flow_loss', 'correction', 'yield_variance')),
  out_ml integer NOT NULL,
  grant_id uuid REFERENCES grants,
  report_id bigint REFERENCES pour_reports,
  tap_id bigint REFERENCES taps,
  operator_id bigint REFERENCES operators,
  reason text,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX keg_movements_one_per_report ON keg_movements (report_id) WHERE report_id IS NOT NULL;
CREATE UNIQUE INDEX keg_movements_one_manual_per_grant ON keg_movements (grant_id) WHERE kind = 'manual';
CREATE INDEX keg_movements_by_keg ON keg_movements (keg_id);

-- Invariant 6: the remainder is moved only by a movement row, in the same transaction.
CREATE FUNCTION apply_keg_movement() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE kegs SET remaining_ml = remaining_ml - NEW.out_ml WHERE id = NEW.keg_id;
  RETURN NULL;
END $$;
CREATE TRIGGER keg_movements_apply AFTER INSERT ON keg_movements FOR EACH ROW EXECUTE FUNCTION apply_keg_movement();

CREATE TABLE flow_losses (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  node_id bigint NOT NULL REFERENCES nodes,
  tap_id bigint NOT NULL REFERENCES taps,
  keg_id bigint REFERENCES kegs,
  kind text NOT NULL CHECK (kind IN ('cleaning', 'leak', 'kick', 'after_close')),
  flow_id text NOT NULL UNIQUE CHECK (flow_id ~ '^[0-9a-f]{32}$'),
  ml integer NOT NULL CHECK (ml >= 0),
  pulses bigint NOT NULL CHECK (pulses >= 0),
  occurred_at timestamptz NOT NULL,
  received_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE review_items (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind text NOT NULL,
  state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'resolved')),
  tap_id bigint REFERENCES taps,
  visit_id bigint REFERENCES visits,
  guest_id bigint REFERENCES guests,
  grant_id uuid REFERENCES grants,
  report_id bigint REFERENCES pour_reports,
  facts jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now(),
  resolved_at timestamptz,
  resolved_by bigint REFERENCES operators,
  resolution text,
  CHECK ((state = 'resolved') = (resolved_at IS NOT NULL))
);
CREATE INDEX review_items_open ON review_items (created_at) WHERE state = 'open';
` +
    appMay('SELECT, INSERT, UPDATE', ['pours', 'review_items']) +
    appendOnly(['pour_reports', 'keg_movements', 'flow_losses']) +
    // The app's role keeps every right on a keg but the one to write its remainder.
    `
DO $$ DECLARE role text := coalesce(nullif(current_setting('taptill.app_role', true), ''), 'taptill_app');
BEGIN
  EXECUTE format('REVOKE UPDATE ON kegs FROM %I', role);
  EXECUTE format('GRANT UPDATE (state, opened_at, marking_code) ON kegs TO %I', role);
END $$;`,
  `
DROP TABLE review_items, flow_losses, keg_movements, pour_reports, pours;
DROP FUNCTION apply_keg_movement();
` + appMay('SELECT, INSERT, UPDATE', ['kegs']),
);
