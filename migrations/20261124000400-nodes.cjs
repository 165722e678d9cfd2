'use strict';
// Tap nodes: their keys, their enrolment codes, and how far the till has read each journal.
const { migration, appMay } = require('./support/steps.cjs');

module.exports = migration(
  `
CREATE TABLE nodes (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 80),
  spki_sha256 text NOT NULL UNIQUE CHECK (spki_sha256 ~ '^[0-9a-f]{64}$'),
  certificate_expires_at timestamptz NOT NULL,
  state text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'revoked')),
  protocol_version integer,
  software text,
  boot_id text,
  journal_id text,
  queue_depth integer,
  last_seen_at timestamptz,
  enrolled_at timestamptz NOT NULL DEFAULT now(),
  revoked_at timestamptz,
  revoked_by bigint REFERENCES operators,
  CHECK ((state = 'revoked') = (revoked_at IS NOT NULL))
);
ALTER TABLE taps ADD COLUMN node_id bigint REFERENCES nodes;
CREATE INDEX taps_by_node ON taps (node_id);

CREATE TABLE node_enrolments (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  code_hash text NOT NULL UNIQUE,
  node_name text NOT NULL CHECK (length(node_name) BETWEEN 1 AND 80),
  tap_ids bigint[] NOT NULL CHECK (cardinality(tap_ids) >= 1),
  created_by bigint REFERENCES operators,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  node_id bigint REFERENCES nodes
);

CREATE TABLE node_marks (
  node_id bigint NOT NULL REFERENCES nodes,
  journal_id text NOT NULL CHECK (length(journal_id) BETWEEN 8 AND 64),
  tap_id bigint NOT NULL REFERENCES taps,
  seq_high integer NOT NULL CHECK (seq_high >= 0),
  meter_total_ml bigint NOT NULL DEFAULT 0 CHECK (meter_total_ml >= 0),
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (node_id, journal_id, tap_id)
);
` + appMay('SELECT, INSERT, UPDATE', ['nodes', 'node_enrolments', 'node_marks']),
  `
DROP TABLE node_marks, node_enrolments;
ALTER TABLE taps DROP COLUMN node_id;
DROP TABLE nodes;
`,
);
