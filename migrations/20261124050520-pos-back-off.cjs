'use strict';
// M7: a notice that the adapter did not take is tried again later and later, and holds up no other.
const { migration } = require('./support/steps.cjs');

module.exports = migration(
  `
ALTER TABLE pos_outbox ADD COLUMN next_attempt_at timestamptz NOT NULL DEFAULT now();
DROP INDEX pos_outbox_waiting;
CREATE INDEX pos_outbox_waiting ON pos_outbox (next_attempt_at, id) WHERE delivered_at IS NULL;
`,
  `
DROP INDEX pos_outbox_waiting;
CREATE INDEX pos_outbox_waiting ON pos_outbox (id) WHERE delivered_at IS NULL;
ALTER TABLE pos_outbox DROP COLUMN next_attempt_at;
`,
);
