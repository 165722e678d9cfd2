'use strict';
// Staff: a session that nobody touches ends by itself (a setting); who has left keeps the rows that name them.
const { migration } = require('./support/steps.cjs');

module.exports = migration(
  `
ALTER TABLE sessions ADD COLUMN last_active_at timestamptz NOT NULL DEFAULT now();
CREATE INDEX sessions_open_by_operator ON sessions (operator_id) WHERE ended_at IS NULL;
`,
  `
DROP INDEX sessions_open_by_operator;
ALTER TABLE sessions DROP COLUMN last_active_at;
`,
);
