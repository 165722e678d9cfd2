'use strict';
// M6: the registry of lost cards.
const { migration, appMay } = require('./support/steps.cjs');

module.exports = migration(
  `
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
` + appMay('SELECT, INSERT, UPDATE', ['lost_cards']),
  `DROP TABLE lost_cards;`,
);
