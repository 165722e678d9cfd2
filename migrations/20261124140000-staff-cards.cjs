'use strict';
// A card of the staff's own: laid on a tap it pours on its house visit or cleans the line.
const { migration } = require('./support/steps.cjs');

module.exports = migration(
  `
ALTER TABLE operators ADD COLUMN card_id bigint REFERENCES cards;
CREATE UNIQUE INDEX operators_one_per_card ON operators (card_id) WHERE card_id IS NOT NULL;
`,
  `
DROP INDEX operators_one_per_card;
ALTER TABLE operators DROP COLUMN card_id;
`,
);
