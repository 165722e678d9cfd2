'use strict';
// Beer on the house: one guest without a name for each purpose, whose visit is opened by a shift lead and ends with the shift.
const { migration } = require('./support/steps.cjs');

module.exports = migration(
  `
ALTER TABLE guests ADD COLUMN house_purpose text CHECK (house_purpose IN ('tasting', 'staff', 'quality', 'training'));
ALTER TABLE guests ADD CONSTRAINT guests_house_is_nameless CHECK (house_purpose IS NULL OR (name IS NULL AND phone IS NULL));
CREATE UNIQUE INDEX guests_one_per_house_purpose ON guests (house_purpose) WHERE house_purpose IS NOT NULL;
`,
  `
DROP INDEX guests_one_per_house_purpose;
ALTER TABLE guests DROP CONSTRAINT guests_house_is_nameless;
ALTER TABLE guests DROP COLUMN house_purpose;
`,
);
