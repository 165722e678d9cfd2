'use strict';
// What a node's meter and journal say beside what has come in: a difference is shown to a person once.
const { migration } = require('./support/steps.cjs');

module.exports = migration(
  `
ALTER TABLE node_marks
  ADD COLUMN meter_base_ml bigint,
  ADD COLUMN meter_gap_ml bigint NOT NULL DEFAULT 0 CHECK (meter_gap_ml >= 0),
  ADD COLUMN seq_said integer NOT NULL DEFAULT 0 CHECK (seq_said >= 0),
  ADD COLUMN seq_told integer NOT NULL DEFAULT 0 CHECK (seq_told >= 0);
CREATE INDEX pour_reports_by_journal ON pour_reports (journal_id, tap_id);
`,
  `
DROP INDEX pour_reports_by_journal;
ALTER TABLE node_marks DROP COLUMN meter_base_ml, DROP COLUMN meter_gap_ml, DROP COLUMN seq_said, DROP COLUMN seq_told;
`,
);
