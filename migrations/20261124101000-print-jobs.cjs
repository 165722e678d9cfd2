'use strict';
// What waits for the printer, by its facts: the text is made when it is printed, so that no name is kept here.
const { migration, appMay } = require('./support/steps.cjs');

module.exports = migration(
  `
CREATE TABLE print_jobs (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  document jsonb NOT NULL CHECK (document->>'kind' IN ('money', 'visit', 'x', 'z', 'trial', 'drawer')),
  opens_drawer boolean NOT NULL DEFAULT false,
  state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'printed', 'failed', 'cancelled')),
  attempts integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  problem text,
  next_attempt_at timestamptz NOT NULL DEFAULT now(),
  operator_id bigint REFERENCES operators (id),
  till_id bigint REFERENCES tills (id),
  created_at timestamptz NOT NULL DEFAULT now(),
  ended_at timestamptz,
  CONSTRAINT print_jobs_ended CHECK ((state = 'waiting') = (ended_at IS NULL)),
  CONSTRAINT print_jobs_failed_for_a_reason CHECK (state <> 'failed' OR problem IS NOT NULL)
);
CREATE INDEX print_jobs_waiting ON print_jobs (id) WHERE state = 'waiting';
${appMay('SELECT, INSERT, UPDATE', ['print_jobs'])}
`,
  `
DROP TABLE print_jobs;
`,
);
