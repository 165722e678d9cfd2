'use strict';
// When a tap was cleaned, by whom, and whether what flowed came from the keg.
const { migration, appMay } = require('./support/steps.cjs');

module.exports = migration(
  `
CREATE TABLE cleaning_sessions (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tap_id bigint NOT NULL REFERENCES taps,
  reason text NOT NULL CHECK (length(reason) BETWEEN 1 AND 200),
  circulated boolean NOT NULL,
  cleaned_by bigint NOT NULL REFERENCES operators,
  started_at timestamptz NOT NULL DEFAULT now(),
  started_by bigint NOT NULL REFERENCES operators,
  ended_at timestamptz,
  ended_by bigint REFERENCES operators,
  CONSTRAINT cleaning_sessions_ended CHECK ((ended_at IS NULL) = (ended_by IS NULL)),
  CONSTRAINT cleaning_sessions_forward CHECK (ended_at >= started_at)
);
CREATE UNIQUE INDEX cleaning_sessions_one_open_per_tap ON cleaning_sessions (tap_id) WHERE ended_at IS NULL;
CREATE INDEX cleaning_sessions_by_tap ON cleaning_sessions (tap_id, started_at);
ALTER TABLE flow_losses ADD COLUMN cleaning_session_id bigint REFERENCES cleaning_sessions;
CREATE INDEX flow_losses_by_tap ON flow_losses (tap_id, occurred_at);
` + appMay('SELECT, INSERT, UPDATE', ['cleaning_sessions']),
  `
DROP INDEX flow_losses_by_tap;
ALTER TABLE flow_losses DROP COLUMN cleaning_session_id;
DROP TABLE cleaning_sessions;
`,
);
