'use strict';
// What a report asks by shift or by time, and no index had: the rows of a long life are not read for one evening.
const { migration } = require('./support/steps.cjs');

module.exports = migration(
  `
CREATE INDEX pour_corrections_by_shift ON pour_corrections (shift_id);
CREATE INDEX keg_movements_beside_pours ON keg_movements (created_at) WHERE kind IN ('unbilled', 'late_difference', 'yield_variance');
`,
  `
DROP INDEX keg_movements_beside_pours;
DROP INDEX pour_corrections_by_shift;
`,
);
