'use strict';
// M7: a wrong assignment is put right by movements that name what they correct; a marking code belongs to one keg.
const { migration } = require('./support/steps.cjs');

module.exports = migration(
  `
ALTER TABLE keg_movements ADD COLUMN corrects_id bigint REFERENCES keg_movements;
ALTER TABLE keg_movements ADD CONSTRAINT keg_movements_only_corrections_correct CHECK (corrects_id IS NULL OR kind = 'correction');
CREATE UNIQUE INDEX keg_movements_one_correction_per_keg ON keg_movements (corrects_id, keg_id) WHERE corrects_id IS NOT NULL;
CREATE UNIQUE INDEX kegs_one_per_marking_code ON kegs (marking_code) WHERE marking_code IS NOT NULL;
CREATE INDEX kegs_in_store ON kegs (beverage_id, received_at) WHERE state = 'in_store';
`,
  `
DROP INDEX kegs_in_store;
DROP INDEX kegs_one_per_marking_code;
DROP INDEX keg_movements_one_correction_per_keg;
ALTER TABLE keg_movements DROP CONSTRAINT keg_movements_only_corrections_correct;
ALTER TABLE keg_movements DROP COLUMN corrects_id;
`,
);
