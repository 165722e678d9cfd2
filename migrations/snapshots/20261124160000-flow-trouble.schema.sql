-- Frozen: a database as it stood after 20261124160000-flow-trouble.cjs.
CREATE TABLE "SequelizeMeta" (name VARCHAR(255) PRIMARY KEY UNIQUE NOT NULL);
-- 20261124000100-baseline.cjs
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

DO $$ DECLARE role text := coalesce(nullif(current_setting('taptill.app_role', true), ''), 'taptill_app'); name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['settings', 'operators', 'guests', 'beverages', 'kegs', 'taps', 'cards'] LOOP
    EXECUTE format('REVOKE ALL ON %I FROM %I', name, role);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON %I TO %I', name, role);
  END LOOP;
  EXECUTE format('GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO %I', role);
END $$;
INSERT INTO "SequelizeMeta" VALUES ('20261124000100-baseline.cjs');
-- 20261124000200-visits.cjs
CREATE TABLE visits (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  guest_id bigint NOT NULL REFERENCES guests,
  state text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'closed')),
  version integer NOT NULL DEFAULT 1 CHECK (version >= 1),
  opened_at timestamptz NOT NULL DEFAULT now(),
  opened_by bigint REFERENCES operators,
  closed_at timestamptz,
  closed_by bigint REFERENCES operators,
  close_reason text,
  active_tap_id bigint REFERENCES taps,
  lock_set_at timestamptz,
  lock_epoch integer NOT NULL DEFAULT 0 CHECK (lock_epoch >= 0),
  CONSTRAINT visits_lock_whole CHECK ((active_tap_id IS NULL) = (lock_set_at IS NULL)),
  CONSTRAINT visits_closed_whole CHECK ((state = 'closed') = (closed_at IS NOT NULL) AND (state = 'active' OR (close_reason IS NOT NULL AND active_tap_id IS NULL)))
);
CREATE UNIQUE INDEX visits_one_active_per_guest ON visits (guest_id) WHERE state = 'active';
CREATE INDEX visits_by_guest ON visits (guest_id);
CREATE INDEX visits_active ON visits (opened_at) WHERE state = 'active';

CREATE TABLE visit_cards (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  visit_id bigint NOT NULL REFERENCES visits,
  card_id bigint NOT NULL REFERENCES cards,
  issued_at timestamptz NOT NULL DEFAULT now(),
  issued_by bigint REFERENCES operators,
  ended_at timestamptz,
  end_reason text CHECK (end_reason IN ('returned', 'missing', 'lost', 'replaced', 'retired')),
  CHECK ((ended_at IS NULL) = (end_reason IS NULL))
);
CREATE UNIQUE INDEX visit_cards_one_active_visit_per_card ON visit_cards (card_id) WHERE ended_at IS NULL;
CREATE UNIQUE INDEX visit_cards_one_active_card_per_visit ON visit_cards (visit_id) WHERE ended_at IS NULL;
CREATE INDEX visit_cards_by_card ON visit_cards (card_id);

DO $$ DECLARE role text := coalesce(nullif(current_setting('taptill.app_role', true), ''), 'taptill_app'); name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['visits', 'visit_cards'] LOOP
    EXECUTE format('REVOKE ALL ON %I FROM %I', name, role);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON %I TO %I', name, role);
  END LOOP;
  EXECUTE format('GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO %I', role);
END $$;
INSERT INTO "SequelizeMeta" VALUES ('20261124000200-visits.cjs');
-- 20261124000300-shifts.cjs
CREATE TABLE drawers (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL UNIQUE
);
CREATE TABLE tills (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL UNIQUE,
  drawer_id bigint REFERENCES drawers
);
INSERT INTO drawers (name) VALUES ('1');
INSERT INTO tills (name, drawer_id) SELECT '1', id FROM drawers;

CREATE TABLE shifts (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'closed')),
  business_date date NOT NULL,
  float_minor integer NOT NULL CHECK (float_minor BETWEEN 0 AND 100000000),
  opened_at timestamptz NOT NULL DEFAULT now(),
  opened_by bigint REFERENCES operators,
  closed_at timestamptz,
  closed_by bigint REFERENCES operators,
  z_number integer UNIQUE CHECK (z_number >= 1),
  counted_cash_minor bigint CHECK (counted_cash_minor >= 0),
  z_report jsonb,
  CONSTRAINT shifts_closed_whole CHECK ((state = 'closed') = (closed_at IS NOT NULL) AND (state = 'closed') = (z_number IS NOT NULL))
);
CREATE UNIQUE INDEX shifts_one_open ON shifts ((true)) WHERE state = 'open';

CREATE FUNCTION refuse_shift_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state = 'closed' THEN
    RAISE EXCEPTION 'shift % is closed: a Z report never changes', OLD.id USING ERRCODE = '42501';
  END IF;
  IF NEW.z_number IS NOT NULL AND NEW.z_number <> coalesce((SELECT max(z_number) FROM shifts), 0) + 1 THEN
    RAISE EXCEPTION 'Z number % would leave a gap', NEW.z_number USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER shifts_guard BEFORE UPDATE ON shifts FOR EACH ROW EXECUTE FUNCTION refuse_shift_change();

CREATE TABLE sessions (
  token_hash text PRIMARY KEY CHECK (token_hash ~ '^[0-9a-f]{64}$'),
  operator_id bigint NOT NULL REFERENCES operators,
  till_id bigint NOT NULL REFERENCES tills,
  created_at timestamptz NOT NULL DEFAULT now(),
  ended_at timestamptz
);

DO $$ DECLARE role text := coalesce(nullif(current_setting('taptill.app_role', true), ''), 'taptill_app'); name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['drawers', 'tills', 'shifts', 'sessions'] LOOP
    EXECUTE format('REVOKE ALL ON %I FROM %I', name, role);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON %I TO %I', name, role);
  END LOOP;
  EXECUTE format('GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO %I', role);
END $$;
INSERT INTO "SequelizeMeta" VALUES ('20261124000300-shifts.cjs');
-- 20261124000400-nodes.cjs
CREATE TABLE nodes (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 80),
  spki_sha256 text NOT NULL UNIQUE CHECK (spki_sha256 ~ '^[0-9a-f]{64}$'),
  certificate_expires_at timestamptz NOT NULL,
  state text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'revoked')),
  protocol_version integer,
  software text,
  boot_id text,
  journal_id text,
  queue_depth integer,
  last_seen_at timestamptz,
  enrolled_at timestamptz NOT NULL DEFAULT now(),
  revoked_at timestamptz,
  revoked_by bigint REFERENCES operators,
  CHECK ((state = 'revoked') = (revoked_at IS NOT NULL))
);
ALTER TABLE taps ADD COLUMN node_id bigint REFERENCES nodes;
CREATE INDEX taps_by_node ON taps (node_id);

CREATE TABLE node_enrolments (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  code_hash text NOT NULL UNIQUE,
  node_name text NOT NULL CHECK (length(node_name) BETWEEN 1 AND 80),
  tap_ids bigint[] NOT NULL CHECK (cardinality(tap_ids) >= 1),
  created_by bigint REFERENCES operators,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  node_id bigint REFERENCES nodes
);

CREATE TABLE node_marks (
  node_id bigint NOT NULL REFERENCES nodes,
  journal_id text NOT NULL CHECK (length(journal_id) BETWEEN 8 AND 64),
  tap_id bigint NOT NULL REFERENCES taps,
  seq_high integer NOT NULL CHECK (seq_high >= 0),
  meter_total_ml bigint NOT NULL DEFAULT 0 CHECK (meter_total_ml >= 0),
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (node_id, journal_id, tap_id)
);

DO $$ DECLARE role text := coalesce(nullif(current_setting('taptill.app_role', true), ''), 'taptill_app'); name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['nodes', 'node_enrolments', 'node_marks'] LOOP
    EXECUTE format('REVOKE ALL ON %I FROM %I', name, role);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON %I TO %I', name, role);
  END LOOP;
  EXECUTE format('GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO %I', role);
END $$;
INSERT INTO "SequelizeMeta" VALUES ('20261124000400-nodes.cjs');
-- 20261124000500-grants.cjs
ALTER TABLE taps ADD COLUMN short_code_counter integer NOT NULL DEFAULT 0 CHECK (short_code_counter BETWEEN 0 AND 999);

CREATE TABLE attempts (
  client_tx_id text PRIMARY KEY CHECK (client_tx_id ~ '^[0-9a-f]{32}$'),
  node_id bigint NOT NULL REFERENCES nodes,
  tap_id bigint NOT NULL REFERENCES taps,
  card_uid text,
  boot_id text NOT NULL,
  request_hash text,
  outcome text NOT NULL CHECK (outcome IN ('granted', 'refused', 'burnt')),
  refusal jsonb,
  created_at timestamptz NOT NULL DEFAULT now(),
  CHECK ((outcome = 'refused') = (refusal IS NOT NULL)),
  CHECK (outcome = 'burnt' OR request_hash IS NOT NULL)
);

CREATE TABLE grants (
  id uuid PRIMARY KEY,
  client_tx_id text NOT NULL UNIQUE REFERENCES attempts,
  node_id bigint NOT NULL REFERENCES nodes,
  tap_id bigint NOT NULL REFERENCES taps,
  visit_id bigint NOT NULL REFERENCES visits,
  guest_id bigint NOT NULL REFERENCES guests,
  card_id bigint NOT NULL REFERENCES cards,
  keg_id bigint NOT NULL REFERENCES kegs,
  beverage_id bigint NOT NULL REFERENCES beverages,
  shift_id bigint NOT NULL REFERENCES shifts,
  epoch integer NOT NULL CHECK (epoch >= 1),
  short_id text NOT NULL CHECK (short_id ~ '^[0-9]{6}$'),
  price_minor_per_litre integer NOT NULL CHECK (price_minor_per_litre >= 0),
  limit_ml integer NOT NULL CHECK (limit_ml BETWEEN 1 AND 100000),
  limit_minor integer NOT NULL CHECK (limit_minor >= 0),
  overshoot_ml integer NOT NULL DEFAULT 0 CHECK (overshoot_ml >= 0),
  state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'orphaned', 'settled', 'released', 'manual')),
  lease_over boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL DEFAULT now(),
  ended_at timestamptz,
  UNIQUE (visit_id, epoch),
  CHECK ((state IN ('open', 'orphaned')) = (ended_at IS NULL))
);
CREATE UNIQUE INDEX grants_one_open_per_visit ON grants (visit_id) WHERE state = 'open';
CREATE UNIQUE INDEX grants_one_per_visit_and_short_id ON grants (visit_id, short_id);
CREATE UNIQUE INDEX grants_one_unsettled_per_short_id ON grants (short_id) WHERE state IN ('open', 'orphaned');
CREATE INDEX grants_by_short_id ON grants (short_id);
CREATE INDEX grants_unsettled_by_guest ON grants (guest_id) WHERE state IN ('open', 'orphaned');
CREATE INDEX grants_unsettled_by_node ON grants (node_id) WHERE state IN ('open', 'orphaned');

-- 10-grants: a terminal state never changes, and what was granted never changes.
CREATE FUNCTION guard_grant() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state NOT IN ('open', 'orphaned') THEN
    RAISE EXCEPTION 'grant % is % and never changes', OLD.id, OLD.state USING ERRCODE = '42501';
  END IF;
  IF OLD.state = 'orphaned' AND NEW.state = 'open' OR OLD.lease_over AND NOT NEW.lease_over THEN
    RAISE EXCEPTION 'grant % cannot go back from % to %', OLD.id, OLD.state, NEW.state USING ERRCODE = '42501';
  END IF;
  IF (OLD.client_tx_id, OLD.tap_id, OLD.visit_id, OLD.guest_id, OLD.keg_id, OLD.shift_id, OLD.epoch, OLD.short_id, OLD.price_minor_per_litre, OLD.limit_ml, OLD.limit_minor)
     IS DISTINCT FROM
     (NEW.client_tx_id, NEW.tap_id, NEW.visit_id, NEW.guest_id, NEW.keg_id, NEW.shift_id, NEW.epoch, NEW.short_id, NEW.price_minor_per_litre, NEW.limit_ml, NEW.limit_minor) THEN
    RAISE EXCEPTION 'the terms of grant % are fixed', OLD.id USING ERRCODE = '42501';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER grants_guard BEFORE UPDATE ON grants FOR EACH ROW EXECUTE FUNCTION guard_grant();

-- Invariant 8, at commit: lock set <=> open grant, and the lock is that grant's (same tap, same epoch).
CREATE FUNCTION check_visit_lock() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE visit bigint; locked bigint; at_epoch integer; open_tap bigint; open_epoch integer;
BEGIN
  IF TG_TABLE_NAME = 'visits' THEN visit := NEW.id; ELSE visit := NEW.visit_id; END IF;
  SELECT v.active_tap_id, v.lock_epoch INTO locked, at_epoch FROM visits v WHERE v.id = visit;
  SELECT g.tap_id, g.epoch INTO open_tap, open_epoch FROM grants g WHERE g.visit_id = visit AND g.state = 'open';
  IF locked IS DISTINCT FROM open_tap OR (open_tap IS NOT NULL AND open_epoch <> at_epoch) THEN
    RAISE EXCEPTION 'visit % is locked on tap % (epoch %) but its open grant is on tap % (epoch %)', visit, locked, at_epoch, open_tap, open_epoch USING ERRCODE = '23514';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER visits_lock_is_open_grant AFTER INSERT OR UPDATE OF active_tap_id, lock_epoch ON visits
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_visit_lock();
CREATE CONSTRAINT TRIGGER grants_lock_is_open_grant AFTER INSERT OR UPDATE OF state ON grants
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_visit_lock();

DO $$ DECLARE role text := coalesce(nullif(current_setting('taptill.app_role', true), ''), 'taptill_app'); name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['attempts'] LOOP
    EXECUTE format('REVOKE ALL ON %I FROM %I', name, role);
    EXECUTE format('GRANT SELECT, INSERT ON %I TO %I', name, role);
  END LOOP;
  EXECUTE format('GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO %I', role);
END $$;
DO $$ DECLARE role text := coalesce(nullif(current_setting('taptill.app_role', true), ''), 'taptill_app'); name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['grants', 'taps'] LOOP
    EXECUTE format('REVOKE ALL ON %I FROM %I', name, role);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON %I TO %I', name, role);
  END LOOP;
  EXECUTE format('GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO %I', role);
END $$;
INSERT INTO "SequelizeMeta" VALUES ('20261124000500-grants.cjs');
-- 20261124000600-pours.cjs
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

DO $$ DECLARE role text := coalesce(nullif(current_setting('taptill.app_role', true), ''), 'taptill_app'); name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['pours', 'review_items'] LOOP
    EXECUTE format('REVOKE ALL ON %I FROM %I', name, role);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON %I TO %I', name, role);
  END LOOP;
  EXECUTE format('GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO %I', role);
END $$;CREATE TRIGGER pour_reports_append_only BEFORE UPDATE OR DELETE ON pour_reports FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER keg_movements_append_only BEFORE UPDATE OR DELETE ON keg_movements FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER flow_losses_append_only BEFORE UPDATE OR DELETE ON flow_losses FOR EACH ROW EXECUTE FUNCTION refuse_change();
DO $$ DECLARE role text := coalesce(nullif(current_setting('taptill.app_role', true), ''), 'taptill_app'); name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['pour_reports', 'keg_movements', 'flow_losses'] LOOP
    EXECUTE format('REVOKE ALL ON %I FROM %I', name, role);
    EXECUTE format('GRANT SELECT, INSERT ON %I TO %I', name, role);
  END LOOP;
  EXECUTE format('GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO %I', role);
END $$;
DO $$ DECLARE role text := coalesce(nullif(current_setting('taptill.app_role', true), ''), 'taptill_app');
BEGIN
  EXECUTE format('REVOKE UPDATE ON kegs FROM %I', role);
  EXECUTE format('GRANT UPDATE (state, opened_at, marking_code) ON kegs TO %I', role);
END $$;
INSERT INTO "SequelizeMeta" VALUES ('20261124000600-pours.cjs');
-- 20261124000700-ledger.cjs
CREATE TABLE ledger_accounts (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('guest', 'receivable', 'cash', 'card_terminal', 'sales', 'comp', 'loss', 'rounding', 'over_short', 'unclaimed', 'opening')),
  guest_id bigint REFERENCES guests,
  drawer_id bigint REFERENCES drawers,
  CHECK ((kind IN ('guest', 'receivable')) = (guest_id IS NOT NULL)),
  CHECK ((kind = 'cash') = (drawer_id IS NOT NULL)),
  UNIQUE NULLS NOT DISTINCT (kind, guest_id, drawer_id)
);
INSERT INTO ledger_accounts (kind) SELECT unnest(ARRAY['card_terminal', 'sales', 'comp', 'loss', 'rounding', 'over_short', 'unclaimed', 'opening']);
INSERT INTO ledger_accounts (kind, drawer_id) SELECT 'cash', id FROM drawers;

CREATE TABLE guest_accounts (
  guest_id bigint PRIMARY KEY REFERENCES guests,
  balance_minor bigint NOT NULL DEFAULT 0,
  locked_at timestamptz,
  CONSTRAINT guest_accounts_balance_not_negative CHECK (balance_minor >= 0)
);

CREATE TABLE ledger_transactions (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('top_up', 'refund', 'pour', 'reversal', 'comp', 'cash_in', 'cash_out', 'adjustment', 'receivable_paid', 'write_off', 'unclaimed', 'over_short', 'opening')),
  shift_id bigint REFERENCES shifts,
  visit_id bigint REFERENCES visits,
  guest_id bigint REFERENCES guests,
  grant_id uuid REFERENCES grants,
  reverses_id bigint REFERENCES ledger_transactions,
  operator_id bigint REFERENCES operators,
  till_id bigint REFERENCES tills,
  reason text,
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT ledger_transactions_reason CHECK (kind NOT IN ('reversal', 'comp', 'adjustment', 'write_off') OR length(reason) > 0),
  CONSTRAINT ledger_transactions_pour_grant CHECK ((kind = 'pour') = (grant_id IS NOT NULL AND reverses_id IS NULL AND kind = 'pour'))
);
-- Invariant 4: a grant is debited at most once, ever.
CREATE UNIQUE INDEX ledger_transactions_one_debit_per_grant ON ledger_transactions (grant_id) WHERE kind = 'pour';
CREATE UNIQUE INDEX ledger_transactions_one_reversal ON ledger_transactions (reverses_id) WHERE kind = 'reversal';
CREATE INDEX ledger_transactions_by_shift ON ledger_transactions (shift_id);
CREATE INDEX ledger_transactions_by_visit ON ledger_transactions (visit_id);

CREATE TABLE ledger_entries (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  transaction_id bigint NOT NULL REFERENCES ledger_transactions,
  account_id bigint NOT NULL REFERENCES ledger_accounts,
  amount_minor integer NOT NULL CHECK (amount_minor <> 0 AND amount_minor BETWEEN -100000000 AND 100000000)
);
CREATE INDEX ledger_entries_by_transaction ON ledger_entries (transaction_id);
CREATE INDEX ledger_entries_by_account ON ledger_entries (account_id);

-- Invariant 7, first half: a guest's cached balance moves only with an entry. A refund may not touch what unsettled grants reserve.
CREATE FUNCTION apply_ledger_entry() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE guest bigint; balance bigint; reserved bigint;
BEGIN
  SELECT a.guest_id INTO guest FROM ledger_accounts a WHERE a.id = NEW.account_id AND a.kind = 'guest';
  IF guest IS NULL THEN RETURN NULL; END IF;
  UPDATE guest_accounts SET balance_minor = balance_minor + NEW.amount_minor WHERE guest_id = guest RETURNING balance_minor INTO balance;
  IF balance IS NULL THEN
    RAISE EXCEPTION 'guest % has no account', guest USING ERRCODE = '23503';
  END IF;
  IF NEW.amount_minor < 0 AND EXISTS (SELECT 1 FROM ledger_transactions t WHERE t.id = NEW.transaction_id AND t.kind = 'refund') THEN
    SELECT coalesce(sum(g.limit_minor), 0) INTO reserved FROM grants g WHERE g.guest_id = guest AND g.state IN ('open', 'orphaned');
    IF balance < reserved THEN
      RAISE EXCEPTION 'refund leaves % of guest %, below the % that unsettled grants reserve', balance, guest, reserved USING ERRCODE = '23514';
    END IF;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER ledger_entries_apply AFTER INSERT ON ledger_entries FOR EACH ROW EXECUTE FUNCTION apply_ledger_entry();

-- Invariant 7, second half, at commit: the entries of a transaction sum to zero, and it has at least two.
CREATE FUNCTION check_ledger_balanced() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE total bigint; entries bigint; tx bigint;
BEGIN
  IF TG_TABLE_NAME = 'ledger_transactions' THEN tx := NEW.id; ELSE tx := NEW.transaction_id; END IF;
  SELECT coalesce(sum(e.amount_minor), 0), count(*) INTO total, entries FROM ledger_entries e WHERE e.transaction_id = tx;
  IF total <> 0 OR entries < 2 THEN
    RAISE EXCEPTION 'ledger transaction % has % entries that sum to %', tx, entries, total USING ERRCODE = '23514';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER ledger_transactions_balanced AFTER INSERT ON ledger_transactions
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_ledger_balanced();
CREATE CONSTRAINT TRIGGER ledger_entries_balanced AFTER INSERT ON ledger_entries
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_ledger_balanced();

CREATE TABLE ledger_seals (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  up_to_entry_id bigint NOT NULL UNIQUE,
  entry_count integer NOT NULL CHECK (entry_count > 0),
  hash text NOT NULL CHECK (hash ~ '^[0-9a-f]{64}$'),
  prev_hash text NOT NULL CHECK (prev_hash ~ '^[0-9a-f]{64}$'),
  sealed_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE ledger_sealed_entries (
  entry_id bigint PRIMARY KEY REFERENCES ledger_entries,
  seal_id bigint NOT NULL REFERENCES ledger_seals
);

CREATE TABLE idempotency_keys (
  request_id uuid PRIMARY KEY,
  procedure text NOT NULL,
  request_hash text NOT NULL CHECK (request_hash ~ '^[0-9a-f]{64}$'),
  response jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);

DO $$ DECLARE role text := coalesce(nullif(current_setting('taptill.app_role', true), ''), 'taptill_app'); name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['ledger_accounts', 'guest_accounts', 'idempotency_keys'] LOOP
    EXECUTE format('REVOKE ALL ON %I FROM %I', name, role);
    EXECUTE format('GRANT SELECT, INSERT ON %I TO %I', name, role);
  END LOOP;
  EXECUTE format('GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO %I', role);
END $$;CREATE TRIGGER ledger_transactions_append_only BEFORE UPDATE OR DELETE ON ledger_transactions FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_entries_append_only BEFORE UPDATE OR DELETE ON ledger_entries FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_seals_append_only BEFORE UPDATE OR DELETE ON ledger_seals FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_sealed_entries_append_only BEFORE UPDATE OR DELETE ON ledger_sealed_entries FOR EACH ROW EXECUTE FUNCTION refuse_change();
DO $$ DECLARE role text := coalesce(nullif(current_setting('taptill.app_role', true), ''), 'taptill_app'); name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['ledger_transactions', 'ledger_entries', 'ledger_seals', 'ledger_sealed_entries'] LOOP
    EXECUTE format('REVOKE ALL ON %I FROM %I', name, role);
    EXECUTE format('GRANT SELECT, INSERT ON %I TO %I', name, role);
  END LOOP;
  EXECUTE format('GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO %I', role);
END $$;
DO $$ DECLARE role text := coalesce(nullif(current_setting('taptill.app_role', true), ''), 'taptill_app');
BEGIN
  EXECUTE format('GRANT UPDATE (locked_at) ON guest_accounts TO %I', role);
  EXECUTE format('GRANT UPDATE (response) ON idempotency_keys TO %I', role);
END $$;
INSERT INTO "SequelizeMeta" VALUES ('20261124000700-ledger.cjs');
-- 20261124000800-events.cjs
CREATE TABLE events (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  type text NOT NULL,
  visit_id bigint,
  guest_id bigint,
  tap_id bigint,
  details jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX events_in_commit_order ON events (xid, id);

CREATE TABLE audit_events (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  action text NOT NULL,
  operator_id bigint REFERENCES operators,
  node_id bigint REFERENCES nodes,
  till_id bigint REFERENCES tills,
  visit_id bigint REFERENCES visits,
  guest_id bigint REFERENCES guests,
  tap_id bigint REFERENCES taps,
  card_id bigint REFERENCES cards,
  grant_id uuid REFERENCES grants,
  reason text,
  details jsonb NOT NULL DEFAULT '{}',
  at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX audit_events_by_visit ON audit_events (visit_id) WHERE visit_id IS NOT NULL;
CREATE INDEX audit_events_by_time ON audit_events (at);

-- A flapping card repeats its refusal: the audit row is the first, the count and the last stand here.
CREATE TABLE refusal_repeats (
  audit_event_id bigint PRIMARY KEY REFERENCES audit_events,
  repeats integer NOT NULL DEFAULT 0 CHECK (repeats >= 0),
  last_at timestamptz NOT NULL DEFAULT now()
);

DO $$ DECLARE role text := coalesce(nullif(current_setting('taptill.app_role', true), ''), 'taptill_app'); name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['refusal_repeats'] LOOP
    EXECUTE format('REVOKE ALL ON %I FROM %I', name, role);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON %I TO %I', name, role);
  END LOOP;
  EXECUTE format('GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO %I', role);
END $$;CREATE TRIGGER events_append_only BEFORE UPDATE OR DELETE ON events FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_events_append_only BEFORE UPDATE OR DELETE ON audit_events FOR EACH ROW EXECUTE FUNCTION refuse_change();
DO $$ DECLARE role text := coalesce(nullif(current_setting('taptill.app_role', true), ''), 'taptill_app'); name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['events', 'audit_events'] LOOP
    EXECUTE format('REVOKE ALL ON %I FROM %I', name, role);
    EXECUTE format('GRANT SELECT, INSERT ON %I TO %I', name, role);
  END LOOP;
  EXECUTE format('GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO %I', role);
END $$;
INSERT INTO "SequelizeMeta" VALUES ('20261124000800-events.cjs');
-- 20261124000900-lost-cards.cjs
CREATE TABLE lost_cards (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  card_id bigint NOT NULL REFERENCES cards,
  visit_id bigint REFERENCES visits,
  reason text NOT NULL CHECK (length(reason) > 0),
  reported_at timestamptz NOT NULL DEFAULT now(),
  reported_by bigint REFERENCES operators,
  found_at timestamptz,
  found_by bigint REFERENCES operators
);
CREATE UNIQUE INDEX lost_cards_one_open_report_per_card ON lost_cards (card_id) WHERE found_at IS NULL;

DO $$ DECLARE role text := coalesce(nullif(current_setting('taptill.app_role', true), ''), 'taptill_app'); name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['lost_cards'] LOOP
    EXECUTE format('REVOKE ALL ON %I FROM %I', name, role);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON %I TO %I', name, role);
  END LOOP;
  EXECUTE format('GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO %I', role);
END $$;
INSERT INTO "SequelizeMeta" VALUES ('20261124000900-lost-cards.cjs');
-- 20261124001000-flags-and-pos-outbox.cjs
CREATE TABLE feature_flags (
  name text PRIMARY KEY CHECK (name IN ('FF_VISIT_ENFORCEMENT', 'FF_ACTIVE_TAP_LOCK', 'FF_SYNC_STATUS_ENFORCEMENT', 'FF_MANUAL_POUR_RECONCILE', 'FF_BACKEND_SHIFT_AUTHORITY', 'FF_LOST_CARD_ENFORCEMENT', 'FF_POS_ADAPTER_STUB')),
  enabled boolean NOT NULL DEFAULT true,
  changed_at timestamptz NOT NULL DEFAULT now(),
  changed_by bigint REFERENCES operators,
  reason text
);
INSERT INTO feature_flags (name) SELECT unnest(ARRAY['FF_VISIT_ENFORCEMENT', 'FF_ACTIVE_TAP_LOCK', 'FF_SYNC_STATUS_ENFORCEMENT', 'FF_MANUAL_POUR_RECONCILE', 'FF_BACKEND_SHIFT_AUTHORITY', 'FF_LOST_CARD_ENFORCEMENT', 'FF_POS_ADAPTER_STUB']);

CREATE TABLE pos_outbox (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('topup', 'refund', 'pour', 'shift', 'keg')),
  idempotency_key text NOT NULL UNIQUE,
  payload jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  delivered_at timestamptz,
  attempts integer NOT NULL DEFAULT 0,
  last_error text
);
CREATE INDEX pos_outbox_waiting ON pos_outbox (id) WHERE delivered_at IS NULL;

DO $$ DECLARE role text := coalesce(nullif(current_setting('taptill.app_role', true), ''), 'taptill_app'); name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['feature_flags'] LOOP
    EXECUTE format('REVOKE ALL ON %I FROM %I', name, role);
    EXECUTE format('GRANT SELECT, UPDATE ON %I TO %I', name, role);
  END LOOP;
  EXECUTE format('GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO %I', role);
END $$;
DO $$ DECLARE role text := coalesce(nullif(current_setting('taptill.app_role', true), ''), 'taptill_app'); name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['pos_outbox'] LOOP
    EXECUTE format('REVOKE ALL ON %I FROM %I', name, role);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON %I TO %I', name, role);
  END LOOP;
  EXECUTE format('GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO %I', role);
END $$;
INSERT INTO "SequelizeMeta" VALUES ('20261124001000-flags-and-pos-outbox.cjs');
-- 20261124050500-cash-sessions.cjs
CREATE TABLE cash_sessions (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  shift_id bigint NOT NULL REFERENCES shifts,
  drawer_id bigint NOT NULL REFERENCES drawers,
  operator_id bigint REFERENCES operators,
  float_minor bigint NOT NULL CHECK (float_minor >= 0),
  -- the drawer's entries of this shift before this session: what comes later is the session's own
  entries_before_minor bigint NOT NULL,
  opened_at timestamptz NOT NULL,
  ended_at timestamptz,
  ended_by bigint REFERENCES operators,
  expected_minor bigint,
  counted_minor bigint CHECK (counted_minor >= 0),
  count jsonb,
  reason text,
  CONSTRAINT cash_sessions_ended_whole CHECK ((ended_at IS NULL) = (counted_minor IS NULL) AND (ended_at IS NULL) = (expected_minor IS NULL))
);
CREATE UNIQUE INDEX cash_sessions_one_open_per_drawer ON cash_sessions (drawer_id) WHERE ended_at IS NULL;
CREATE INDEX cash_sessions_by_shift ON cash_sessions (shift_id);

CREATE FUNCTION refuse_cash_session_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.ended_at IS NOT NULL THEN
    RAISE EXCEPTION 'cash session % has ended: its count never changes', OLD.id USING ERRCODE = '42501';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER cash_sessions_guard BEFORE UPDATE ON cash_sessions FOR EACH ROW EXECUTE FUNCTION refuse_cash_session_change();

CREATE TABLE x_reports (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  shift_id bigint NOT NULL REFERENCES shifts,
  taken_by bigint NOT NULL REFERENCES operators,
  taken_at timestamptz NOT NULL,
  report jsonb NOT NULL
);
CREATE INDEX x_reports_by_shift ON x_reports (shift_id);

DO $$ DECLARE role text := coalesce(nullif(current_setting('taptill.app_role', true), ''), 'taptill_app'); name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['cash_sessions'] LOOP
    EXECUTE format('REVOKE ALL ON %I FROM %I', name, role);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON %I TO %I', name, role);
  END LOOP;
  EXECUTE format('GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO %I', role);
END $$;CREATE TRIGGER x_reports_append_only BEFORE UPDATE OR DELETE ON x_reports FOR EACH ROW EXECUTE FUNCTION refuse_change();
DO $$ DECLARE role text := coalesce(nullif(current_setting('taptill.app_role', true), ''), 'taptill_app'); name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['x_reports'] LOOP
    EXECUTE format('REVOKE ALL ON %I FROM %I', name, role);
    EXECUTE format('GRANT SELECT, INSERT ON %I TO %I', name, role);
  END LOOP;
  EXECUTE format('GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO %I', role);
END $$;
INSERT INTO "SequelizeMeta" VALUES ('20261124050500-cash-sessions.cjs');
-- 20261124050510-staff-sessions.cjs
ALTER TABLE sessions ADD COLUMN last_active_at timestamptz NOT NULL DEFAULT now();
CREATE INDEX sessions_open_by_operator ON sessions (operator_id) WHERE ended_at IS NULL;
INSERT INTO "SequelizeMeta" VALUES ('20261124050510-staff-sessions.cjs');
-- 20261124050520-pos-back-off.cjs
ALTER TABLE pos_outbox ADD COLUMN next_attempt_at timestamptz NOT NULL DEFAULT now();
DROP INDEX pos_outbox_waiting;
CREATE INDEX pos_outbox_waiting ON pos_outbox (next_attempt_at, id) WHERE delivered_at IS NULL;
INSERT INTO "SequelizeMeta" VALUES ('20261124050520-pos-back-off.cjs');
-- 20261124050530-guest-erasure.cjs
ALTER TABLE guests ADD COLUMN blocked_reason text CHECK (length(blocked_reason) BETWEEN 1 AND 200);
ALTER TABLE guests ADD COLUMN erased_at timestamptz;
ALTER TABLE guests ADD CONSTRAINT guests_erased_whole CHECK (erased_at IS NULL OR (name IS NULL AND phone IS NULL AND display_name IS NULL AND consent_at IS NULL AND blocked_reason IS NULL));
INSERT INTO "SequelizeMeta" VALUES ('20261124050530-guest-erasure.cjs');
-- 20261124051000-keg-corrections.cjs
ALTER TABLE keg_movements ADD COLUMN corrects_id bigint REFERENCES keg_movements;
ALTER TABLE keg_movements ADD CONSTRAINT keg_movements_only_corrections_correct CHECK (corrects_id IS NULL OR kind = 'correction');
CREATE UNIQUE INDEX keg_movements_one_correction_per_keg ON keg_movements (corrects_id, keg_id) WHERE corrects_id IS NOT NULL;
CREATE UNIQUE INDEX kegs_one_per_marking_code ON kegs (marking_code) WHERE marking_code IS NOT NULL;
CREATE INDEX kegs_in_store ON kegs (beverage_id, received_at) WHERE state = 'in_store';
INSERT INTO "SequelizeMeta" VALUES ('20261124051000-keg-corrections.cjs');
-- 20261124051100-price-rules.cjs
CREATE TABLE price_rules (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 80),
  beverage_id bigint REFERENCES beverages,
  weekdays smallint[] NOT NULL CHECK (cardinality(weekdays) BETWEEN 1 AND 7 AND weekdays <@ ARRAY[1, 2, 3, 4, 5, 6, 7]::smallint[]),
  from_minute integer NOT NULL CHECK (from_minute BETWEEN 0 AND 1439),
  until_minute integer NOT NULL CHECK (until_minute BETWEEN 1 AND 1440),
  kind text NOT NULL CHECK (kind IN ('percent', 'price')),
  percent_off integer CHECK (percent_off BETWEEN 1 AND 100),
  price_minor_per_litre integer CHECK (price_minor_per_litre BETWEEN 0 AND 10000000),
  staff_only boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL DEFAULT now(),
  created_by bigint NOT NULL REFERENCES operators,
  removed_at timestamptz,
  removed_by bigint REFERENCES operators,
  CONSTRAINT price_rules_some_time CHECK (from_minute <> until_minute),
  CONSTRAINT price_rules_percent CHECK ((kind = 'percent') = (percent_off IS NOT NULL)),
  CONSTRAINT price_rules_price CHECK ((kind = 'price') = (price_minor_per_litre IS NOT NULL)),
  CONSTRAINT price_rules_removed CHECK ((removed_at IS NULL) = (removed_by IS NULL))
);
CREATE INDEX price_rules_in_force ON price_rules (beverage_id) WHERE removed_at IS NULL;
ALTER TABLE guests ADD COLUMN staff boolean NOT NULL DEFAULT false;

DO $$ DECLARE role text := coalesce(nullif(current_setting('taptill.app_role', true), ''), 'taptill_app'); name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['price_rules'] LOOP
    EXECUTE format('REVOKE ALL ON %I FROM %I', name, role);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON %I TO %I', name, role);
  END LOOP;
  EXECUTE format('GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO %I', role);
END $$;
INSERT INTO "SequelizeMeta" VALUES ('20261124051100-price-rules.cjs');
-- 20261124051200-cleaning-sessions.cjs
CREATE TABLE cleaning_sessions (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tap_id bigint NOT NULL REFERENCES taps,
  reason text NOT NULL CHECK (length(reason) BETWEEN 1 AND 200),
  circulated boolean NOT NULL,
  cleaned_by bigint NOT NULL REFERENCES operators,
  started_at timestamptz NOT NULL DEFAULT now(),
  started_by bigint NOT NULL REFERENCES operators,
  ended_at timestamptz,
  ended_by bigint REFERENCES operators,
  CONSTRAINT cleaning_sessions_ended CHECK ((ended_at IS NULL) = (ended_by IS NULL)),
  CONSTRAINT cleaning_sessions_forward CHECK (ended_at >= started_at)
);
CREATE UNIQUE INDEX cleaning_sessions_one_open_per_tap ON cleaning_sessions (tap_id) WHERE ended_at IS NULL;
CREATE INDEX cleaning_sessions_by_tap ON cleaning_sessions (tap_id, started_at);
ALTER TABLE flow_losses ADD COLUMN cleaning_session_id bigint REFERENCES cleaning_sessions;
CREATE INDEX flow_losses_by_tap ON flow_losses (tap_id, occurred_at);

DO $$ DECLARE role text := coalesce(nullif(current_setting('taptill.app_role', true), ''), 'taptill_app'); name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['cleaning_sessions'] LOOP
    EXECUTE format('REVOKE ALL ON %I FROM %I', name, role);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON %I TO %I', name, role);
  END LOOP;
  EXECUTE format('GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO %I', role);
END $$;
INSERT INTO "SequelizeMeta" VALUES ('20261124051200-cleaning-sessions.cjs');
-- 20261124051300-tap-calibrations.cjs
CREATE TABLE tap_calibrations (
  tap_id bigint NOT NULL REFERENCES taps,
  version integer NOT NULL CHECK (version >= 1),
  pulses_per_litre integer NOT NULL CHECK (pulses_per_litre BETWEEN 1 AND 1000000),
  spread_permille integer CHECK (spread_permille >= 0),
  measured jsonb NOT NULL DEFAULT '[]',
  calibrated_by bigint REFERENCES operators,
  calibrated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tap_id, version)
);
INSERT INTO tap_calibrations (tap_id, version, pulses_per_litre, calibrated_at)
  SELECT id, calibration_version, pulses_per_litre, created_at FROM taps;

-- A new tap's first calibration is a version like any other.
CREATE FUNCTION keep_first_calibration() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO tap_calibrations (tap_id, version, pulses_per_litre) VALUES (NEW.id, NEW.calibration_version, NEW.pulses_per_litre);
  RETURN NULL;
END $$;
CREATE TRIGGER taps_first_calibration AFTER INSERT ON taps FOR EACH ROW EXECUTE FUNCTION keep_first_calibration();
CREATE TRIGGER tap_calibrations_append_only BEFORE UPDATE OR DELETE ON tap_calibrations FOR EACH ROW EXECUTE FUNCTION refuse_change();
DO $$ DECLARE role text := coalesce(nullif(current_setting('taptill.app_role', true), ''), 'taptill_app'); name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['tap_calibrations'] LOOP
    EXECUTE format('REVOKE ALL ON %I FROM %I', name, role);
    EXECUTE format('GRANT SELECT, INSERT ON %I TO %I', name, role);
  END LOOP;
  EXECUTE format('GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO %I', role);
END $$;
INSERT INTO "SequelizeMeta" VALUES ('20261124051300-tap-calibrations.cjs');
-- 20261124051400-node-mark-gaps.cjs
ALTER TABLE node_marks
  ADD COLUMN meter_base_ml bigint,
  ADD COLUMN meter_gap_ml bigint NOT NULL DEFAULT 0 CHECK (meter_gap_ml >= 0),
  ADD COLUMN seq_said integer NOT NULL DEFAULT 0 CHECK (seq_said >= 0),
  ADD COLUMN seq_told integer NOT NULL DEFAULT 0 CHECK (seq_told >= 0);
CREATE INDEX pour_reports_by_journal ON pour_reports (journal_id, tap_id);
INSERT INTO "SequelizeMeta" VALUES ('20261124051400-node-mark-gaps.cjs');
-- 20261124060000-corrections.cjs
CREATE TABLE pour_corrections (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  grant_id uuid NOT NULL REFERENCES grants,
  kind text NOT NULL CHECK (kind IN ('comp', 'reversal', 'adjustment')),
  ml integer NOT NULL,
  amount_minor bigint NOT NULL,
  transaction_id bigint UNIQUE REFERENCES ledger_transactions,
  review_item_id bigint REFERENCES review_items,
  shift_id bigint NOT NULL REFERENCES shifts,
  operator_id bigint NOT NULL REFERENCES operators,
  approved_by bigint NOT NULL REFERENCES operators,
  reason text NOT NULL CHECK (length(reason) > 0),
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT pour_corrections_money_is_booked CHECK ((amount_minor = 0) = (transaction_id IS NULL)),
  CONSTRAINT pour_corrections_adjust_a_review CHECK ((kind = 'adjustment') = (review_item_id IS NOT NULL)),
  CONSTRAINT pour_corrections_give CHECK (kind = 'adjustment' OR ml >= 0 AND amount_minor <= 0)
);
CREATE UNIQUE INDEX pour_corrections_one_reversal_per_grant ON pour_corrections (grant_id) WHERE kind = 'reversal';
CREATE UNIQUE INDEX pour_corrections_one_adjustment_per_review ON pour_corrections (review_item_id);
CREATE INDEX pour_corrections_by_grant ON pour_corrections (grant_id);
CREATE INDEX pour_corrections_by_approver ON pour_corrections (approved_by, shift_id);

CREATE TABLE service_allowances (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  guest_id bigint NOT NULL REFERENCES guests,
  business_date date NOT NULL,
  extra_ml integer NOT NULL DEFAULT 0 CHECK (extra_ml BETWEEN 0 AND 1000000),
  extra_grams integer NOT NULL DEFAULT 0 CHECK (extra_grams BETWEEN 0 AND 100000),
  operator_id bigint NOT NULL REFERENCES operators,
  approved_by bigint NOT NULL REFERENCES operators,
  reason text NOT NULL CHECK (length(reason) > 0),
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT service_allowances_some CHECK (extra_ml > 0 OR extra_grams > 0)
);
CREATE INDEX service_allowances_by_guest ON service_allowances (guest_id, business_date);

ALTER TABLE review_items ADD COLUMN resolution_reason text;
CREATE TRIGGER pour_corrections_append_only BEFORE UPDATE OR DELETE ON pour_corrections FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER service_allowances_append_only BEFORE UPDATE OR DELETE ON service_allowances FOR EACH ROW EXECUTE FUNCTION refuse_change();
DO $$ DECLARE role text := coalesce(nullif(current_setting('taptill.app_role', true), ''), 'taptill_app'); name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['pour_corrections', 'service_allowances'] LOOP
    EXECUTE format('REVOKE ALL ON %I FROM %I', name, role);
    EXECUTE format('GRANT SELECT, INSERT ON %I TO %I', name, role);
  END LOOP;
  EXECUTE format('GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO %I', role);
END $$;
INSERT INTO "SequelizeMeta" VALUES ('20261124060000-corrections.cjs');
-- 20261124061000-node-mark-booked.cjs
ALTER TABLE node_marks ADD COLUMN booked_ml bigint NOT NULL DEFAULT 0 CHECK (booked_ml >= 0);
INSERT INTO "SequelizeMeta" VALUES ('20261124061000-node-mark-booked.cjs');
-- 20261124062000-house-visits.cjs
ALTER TABLE guests ADD COLUMN house_purpose text CHECK (house_purpose IN ('tasting', 'staff', 'quality', 'training'));
ALTER TABLE guests ADD CONSTRAINT guests_house_is_nameless CHECK (house_purpose IS NULL OR (name IS NULL AND phone IS NULL));
CREATE UNIQUE INDEX guests_one_per_house_purpose ON guests (house_purpose) WHERE house_purpose IS NOT NULL;
INSERT INTO "SequelizeMeta" VALUES ('20261124062000-house-visits.cjs');
-- 20261124090000-node-pairings.cjs
CREATE TABLE node_pairings (
  id uuid PRIMARY KEY,
  node_name text NOT NULL CHECK (length(node_name) BETWEEN 1 AND 80),
  csr text NOT NULL CHECK (length(csr) <= 4000),
  spki_sha256 text NOT NULL CHECK (spki_sha256 ~ '^[0-9a-f]{64}$'),
  address text NOT NULL CHECK (length(address) <= 100),
  commitment text NOT NULL CHECK (commitment ~ '^[0-9a-f]{64}$'),
  till_nonce text NOT NULL CHECK (till_nonce ~ '^[0-9a-f]{64}$'),
  code text CHECK (code ~ '^[0-9]{6}$'),
  state text NOT NULL DEFAULT 'asked' CHECK (state IN ('asked', 'waiting', 'confirmed', 'refused')),
  requested_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  decided_at timestamptz,
  decided_by bigint REFERENCES operators,
  node_id bigint REFERENCES nodes,
  CONSTRAINT node_pairings_code_before_decision CHECK (state IN ('asked', 'refused') OR code IS NOT NULL),
  CONSTRAINT node_pairings_confirmed_is_a_node CHECK ((state = 'confirmed') = (node_id IS NOT NULL))
);
CREATE INDEX node_pairings_by_end ON node_pairings (expires_at);

ALTER TABLE nodes ADD COLUMN next_spki_sha256 text UNIQUE CHECK (next_spki_sha256 ~ '^[0-9a-f]{64}$');
ALTER TABLE nodes ADD CONSTRAINT nodes_next_key_is_another CHECK (next_spki_sha256 <> spki_sha256);

DO $$ DECLARE role text := coalesce(nullif(current_setting('taptill.app_role', true), ''), 'taptill_app'); name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['node_pairings'] LOOP
    EXECUTE format('REVOKE ALL ON %I FROM %I', name, role);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON %I TO %I', name, role);
  END LOOP;
  EXECUTE format('GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO %I', role);
END $$;
INSERT INTO "SequelizeMeta" VALUES ('20261124090000-node-pairings.cjs');
-- 20261124100000-grants-journal-gone.cjs
ALTER TABLE grants ADD COLUMN journal_gone boolean NOT NULL DEFAULT false;
INSERT INTO "SequelizeMeta" VALUES ('20261124100000-grants-journal-gone.cjs');
-- 20261124101000-print-jobs.cjs
CREATE TABLE print_jobs (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  document jsonb NOT NULL CHECK (document->>'kind' IN ('money', 'visit', 'x', 'z', 'trial', 'drawer')),
  opens_drawer boolean NOT NULL DEFAULT false,
  state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'printed', 'failed', 'cancelled')),
  attempts integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  problem text,
  next_attempt_at timestamptz NOT NULL DEFAULT now(),
  operator_id bigint REFERENCES operators (id),
  till_id bigint REFERENCES tills (id),
  created_at timestamptz NOT NULL DEFAULT now(),
  ended_at timestamptz,
  CONSTRAINT print_jobs_ended CHECK ((state = 'waiting') = (ended_at IS NULL)),
  CONSTRAINT print_jobs_failed_for_a_reason CHECK (state <> 'failed' OR problem IS NOT NULL)
);
CREATE INDEX print_jobs_waiting ON print_jobs (id) WHERE state = 'waiting';

DO $$ DECLARE role text := coalesce(nullif(current_setting('taptill.app_role', true), ''), 'taptill_app'); name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['print_jobs'] LOOP
    EXECUTE format('REVOKE ALL ON %I FROM %I', name, role);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON %I TO %I', name, role);
  END LOOP;
  EXECUTE format('GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO %I', role);
END $$;
INSERT INTO "SequelizeMeta" VALUES ('20261124101000-print-jobs.cjs');
-- 20261124102000-old-bar-indexes.cjs
CREATE INDEX pours_by_visit ON pours (visit_id, poured_at);
CREATE INDEX pours_by_guest_and_shift ON pours (guest_id, shift_id);
CREATE INDEX shifts_by_business_date ON shifts (business_date);
CREATE INDEX review_items_resolved ON review_items (resolved_at DESC, id DESC) WHERE state = 'resolved';
-- Every part of a name of one to three letters: the field finds a name by what stands anywhere in it.
CREATE FUNCTION name_grams(name text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT coalesce(array_agg(DISTINCT substr(name, i, n)), '{}') FROM generate_series(1, length(name)) AS i, generate_series(1, 3) AS n
  WHERE i + n - 1 <= length(name)
$$;
CREATE INDEX guests_by_name_part ON guests USING gin (name_grams(name_search)) WITH (fastupdate = off);
INSERT INTO "SequelizeMeta" VALUES ('20261124102000-old-bar-indexes.cjs');
-- 20261124130000-report-indexes.cjs
CREATE INDEX pour_corrections_by_shift ON pour_corrections (shift_id);
CREATE INDEX keg_movements_beside_pours ON keg_movements (created_at) WHERE kind IN ('unbilled', 'late_difference', 'yield_variance');
INSERT INTO "SequelizeMeta" VALUES ('20261124130000-report-indexes.cjs');
-- 20261124140000-staff-cards.cjs
ALTER TABLE operators ADD COLUMN card_id bigint REFERENCES cards;
CREATE UNIQUE INDEX operators_one_per_card ON operators (card_id) WHERE card_id IS NOT NULL;
INSERT INTO "SequelizeMeta" VALUES ('20261124140000-staff-cards.cjs');
-- 20261124150000-attempts-presentation.cjs
ALTER TABLE attempts ADD COLUMN presentation integer CHECK (presentation > 0);
   CREATE INDEX attempts_presentation ON attempts (tap_id, boot_id, presentation) WHERE presentation IS NOT NULL;
INSERT INTO "SequelizeMeta" VALUES ('20261124150000-attempts-presentation.cjs');
-- 20261124160000-flow-trouble.cjs
ALTER TABLE taps ADD COLUMN flow_trouble text CHECK (flow_trouble IN ('no_flow', 'low_flow'));
INSERT INTO "SequelizeMeta" VALUES ('20261124160000-flow-trouble.cjs');
