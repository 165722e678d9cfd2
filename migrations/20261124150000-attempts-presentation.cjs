'use strict';
// Which presentation of its boot an attempt was: one that a later one has overtaken is nobody's any more (H28).
const { migration } = require('./support/steps.cjs');

module.exports = migration(
  `ALTER TABLE attempts ADD COLUMN presentation integer CHECK (presentation > 0);
   CREATE INDEX attempts_presentation ON attempts (tap_id, boot_id, presentation) WHERE presentation IS NOT NULL;`,
  `DROP INDEX attempts_presentation;
   ALTER TABLE attempts DROP COLUMN presentation;`,
);
