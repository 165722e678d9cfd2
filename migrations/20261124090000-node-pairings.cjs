'use strict';
// Nodes that ask to be taken in: both sides show the same code until somebody at the till has compared it. And the key that a
// node will have next: until it is first used, the present one counts too.
const { migration, appMay } = require('./support/steps.cjs');

module.exports = migration(
  `
CREATE TABLE node_pairings (
  id uuid PRIMARY KEY,
  node_name text NOT NULL CHECK (length(node_name) BETWEEN 1 AND 80),
  csr text NOT NULL CHECK (length(csr) <= 4000),
  spki_sha256 text NOT NULL CHECK (spki_sha256 ~ '^[0-9a-f]{64}$'),
  address text NOT NULL CHECK (length(address) <= 100),
  commitment text NOT NULL CHECK (commitment ~ '^[0-9a-f]{64}$'),
  till_nonce text NOT NULL CHECK (till_nonce ~ '^[0-9a-f]{64}$'),
  code text CHECK (code ~ '^[0-9]{6}$'),
  state text NOT NULL DEFAULT 'asked' CHECK (state IN ('asked', 'waiting', 'confirmed', 'refused')),
  requested_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  decided_at timestamptz,
  decided_by bigint REFERENCES operators,
  node_id bigint REFERENCES nodes,
  CONSTRAINT node_pairings_code_before_decision CHECK (state IN ('asked', 'refused') OR code IS NOT NULL),
  CONSTRAINT node_pairings_confirmed_is_a_node CHECK ((state = 'confirmed') = (node_id IS NOT NULL))
);
CREATE INDEX node_pairings_by_end ON node_pairings (expires_at);

ALTER TABLE nodes ADD COLUMN next_spki_sha256 text UNIQUE CHECK (next_spki_sha256 ~ '^[0-9a-f]{64}$');
ALTER TABLE nodes ADD CONSTRAINT nodes_next_key_is_another CHECK (next_spki_sha256 <> spki_sha256);
` + appMay('SELECT, INSERT, UPDATE', ['node_pairings']),
  `
ALTER TABLE nodes DROP CONSTRAINT nodes_next_key_is_another;
ALTER TABLE nodes DROP COLUMN next_spki_sha256;
DROP TABLE node_pairings;
`,
);
