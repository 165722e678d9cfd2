'use strict';
// Personal data: a guest may be forgotten; the row and its id stay for the books.
const { migration } = require('./support/steps.cjs');

module.exports = migration(
  `
ALTER TABLE guests ADD COLUMN blocked_reason text CHECK (length(blocked_reason) BETWEEN 1 AND 200);
ALTER TABLE guests ADD COLUMN erased_at timestamptz;
ALTER TABLE guests ADD CONSTRAINT guests_erased_whole CHECK (erased_at IS NULL OR (name IS NULL AND phone IS NULL AND display_name IS NULL AND consent_at IS NULL AND blocked_reason IS NULL));
`,
  `
ALTER TABLE guests DROP CONSTRAINT guests_erased_whole;
ALTER TABLE guests DROP COLUMN erased_at;
ALTER TABLE guests DROP COLUMN blocked_reason;
`,
);
