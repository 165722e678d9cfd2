'use strict';
// How much of a journal has come in, kept beside its mark: a node's meter is compared with it at every quiet heartbeat.
const { migration } = require('./support/steps.cjs');

module.exports = migration(
  `ALTER TABLE node_marks ADD COLUMN booked_ml bigint NOT NULL DEFAULT 0 CHECK (booked_ml >= 0);`,
  `ALTER TABLE node_marks DROP COLUMN booked_ml;`,
);
