'use strict';
// M2: the visit is the root; its lock (active_tap_id, lock_set_at, lock_epoch) is used from M3 on.
const { migration, appMay } = require('./support/steps.cjs');

module.exports = migration(
  `
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
` + appMay('SELECT, INSERT, UPDATE', ['visits', 'visit_cards']),
  `DROP TABLE visit_cards, visits;`,
);
