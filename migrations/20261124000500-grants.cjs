'use strict';
// M3: attempts (one per client_tx_id) and the grants they were given. States and moves: docs/adr/0002.
const { migration, appMay } = require('./support/steps.cjs');

module.exports = migration(
  `
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
` +
    appMay('SELECT, INSERT', ['attempts']) +
    appMay('SELECT, INSERT, UPDATE', ['grants', 'taps']),
  `
DROP TRIGGER visits_lock_is_open_grant ON visits;
DROP TABLE grants, attempts;
DROP FUNCTION check_visit_lock();
DROP FUNCTION guard_grant();
ALTER TABLE taps DROP COLUMN short_code_counter;
`,
);
