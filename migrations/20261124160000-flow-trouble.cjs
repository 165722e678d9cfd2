'use strict';
// What a tap's node says of its flow: valves that opened and nothing ran, beer that runs far slower than it does here.
const { migration } = require('./support/steps.cjs');

module.exports = migration(
  `ALTER TABLE taps ADD COLUMN flow_trouble text CHECK (flow_trouble IN ('no_flow', 'low_flow'));`,
  `ALTER TABLE taps DROP COLUMN flow_trouble;`,
);
