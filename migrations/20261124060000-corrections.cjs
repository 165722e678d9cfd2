'use strict';
// What changes the charge of a pour afterwards (comp, reversal, adjustment of a review), and more to drink for a guest and business date.
const { migration, appendOnly } = require('./support/steps.cjs');

module.exports = migration(
  `
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
` + appendOnly(['pour_corrections', 'service_allowances']),
  `
ALTER TABLE review_items DROP COLUMN resolution_reason;
DROP TABLE service_allowances, pour_corrections;
`,
);
