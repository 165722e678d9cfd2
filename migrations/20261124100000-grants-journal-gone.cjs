'use strict';
// A grant whose node came back with another memory: no later start of that node can prove that nothing flowed under it (H12).
const { migration } = require('./support/steps.cjs');

module.exports = migration(
  `ALTER TABLE grants ADD COLUMN journal_gone boolean NOT NULL DEFAULT false;`,
  `ALTER TABLE grants DROP COLUMN journal_gone;`,
);
