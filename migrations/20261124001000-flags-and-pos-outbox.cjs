'use strict';
// The seven flags (the first rollback lever) and M7's outbox behind the POS adapter.
const { migration, appMay } = require('./support/steps.cjs');

module.exports = migration(
  `
CREATE TABLE feature_flags (
  name text PRIMARY KEY CHECK (name IN ('FF_VISIT_ENFORCEMENT', 'FF_ACTIVE_TAP_LOCK', 'FF_SYNC_STATUS_ENFORCEMENT', 'FF_MANUAL_POUR_RECONCILE', 'FF_BACKEND_SHIFT_AUTHORITY', 'FF_LOST_CARD_ENFORCEMENT', 'FF_POS_ADAPTER_STUB')),
  enabled boolean NOT NULL DEFAULT true,
  changed_at timestamptz NOT NULL DEFAULT now(),
  changed_by bigint REFERENCES operators,
  reason text
);
INSERT INTO feature_flags (name) SELECT unnest(ARRAY['FF_VISIT_ENFORCEMENT', 'FF_ACTIVE_TAP_LOCK', 'FF_SYNC_STATUS_ENFORCEMENT', 'FF_MANUAL_POUR_RECONCILE', 'FF_BACKEND_SHIFT_AUTHORITY', 'FF_LOST_CARD_ENFORCEMENT', 'FF_POS_ADAPTER_STUB']);

CREATE TABLE pos_outbox (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('topup', 'refund', 'pour', 'shift', 'keg')),
  idempotency_key text NOT NULL UNIQUE,
  payload jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  delivered_at timestamptz,
  attempts integer NOT NULL DEFAULT 0,
  last_error text
);
CREATE INDEX pos_outbox_waiting ON pos_outbox (id) WHERE delivered_at IS NULL;
` +
    appMay('SELECT, UPDATE', ['feature_flags']) +
    appMay('SELECT, INSERT, UPDATE', ['pos_outbox']),
  `DROP TABLE pos_outbox, feature_flags;`,
);
