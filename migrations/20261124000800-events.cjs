'use strict';
// Events (outbox for the screens) and the audit trail. Why an event carries its transaction id: docs/adr/0006.
const { migration, appMay, appendOnly } = require('./support/steps.cjs');

module.exports = migration(
  `
CREATE TABLE events (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  type text NOT NULL,
  visit_id bigint,
  guest_id bigint,
  tap_id bigint,
  details jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX events_in_commit_order ON events (xid, id);

CREATE TABLE audit_events (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  action text NOT NULL,
  operator_id bigint REFERENCES operators,
  node_id bigint REFERENCES nodes,
  till_id bigint REFERENCES tills,
  visit_id bigint REFERENCES visits,
  guest_id bigint REFERENCES guests,
  tap_id bigint REFERENCES taps,
  card_id bigint REFERENCES cards,
  grant_id uuid REFERENCES grants,
  reason text,
  details jsonb NOT NULL DEFAULT '{}',
  at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX audit_events_by_visit ON audit_events (visit_id) WHERE visit_id IS NOT NULL;
CREATE INDEX audit_events_by_time ON audit_events (at);

-- A flapping card repeats its refusal: the audit row is the first, the count and the last stand here.
CREATE TABLE refusal_repeats (
  audit_event_id bigint PRIMARY KEY REFERENCES audit_events,
  repeats integer NOT NULL DEFAULT 0 CHECK (repeats >= 0),
  last_at timestamptz NOT NULL DEFAULT now()
);
` +
    appMay('SELECT, INSERT, UPDATE', ['refusal_repeats']) +
    appendOnly(['events', 'audit_events']),
  `DROP TABLE refusal_repeats, audit_events, events;`,
);
