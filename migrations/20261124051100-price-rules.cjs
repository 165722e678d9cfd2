'use strict';
// Happy hours and the staff price. A rule is never changed: it is removed and another takes its place.
const { migration, appMay } = require('./support/steps.cjs');

module.exports = migration(
  `
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
` + appMay('SELECT, INSERT, UPDATE', ['price_rules']),
  `
ALTER TABLE guests DROP COLUMN staff;
DROP TABLE price_rules;
`,
);
