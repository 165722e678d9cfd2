'use strict';
// M5: the drawer changes hands inside a shift, each hand-over with its own blind count; an X that was taken stays as it was.
const { migration, appMay, appendOnly } = require('./support/steps.cjs');

module.exports = migration(
  `
CREATE TABLE cash_sessions (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  shift_id bigint NOT NULL REFERENCES shifts,
  drawer_id bigint NOT NULL REFERENCES drawers,
  operator_id bigint REFERENCES operators,
  float_minor bigint NOT NULL CHECK (float_minor >= 0),
  -- the drawer's entries of this shift before this session: what comes later is the session's own
  entries_before_minor bigint NOT NULL,
  opened_at timestamptz NOT NULL,
  ended_at timestamptz,
  ended_by bigint REFERENCES operators,
  expected_minor bigint,
  counted_minor bigint CHECK (counted_minor >= 0),
  count jsonb,
  reason text,
  CONSTRAINT cash_sessions_ended_whole CHECK ((ended_at IS NULL) = (counted_minor IS NULL) AND (ended_at IS NULL) = (expected_minor IS NULL))
);
CREATE UNIQUE INDEX cash_sessions_one_open_per_drawer ON cash_sessions (drawer_id) WHERE ended_at IS NULL;
CREATE INDEX cash_sessions_by_shift ON cash_sessions (shift_id);

CREATE FUNCTION refuse_cash_session_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.ended_at IS NOT NULL THEN
    RAISE EXCEPTION 'cash session % has ended: its count never changes', OLD.id USING ERRCODE = '42501';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER cash_sessions_guard BEFORE UPDATE ON cash_sessions FOR EACH ROW EXECUTE FUNCTION refuse_cash_session_change();

CREATE TABLE x_reports (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  shift_id bigint NOT NULL REFERENCES shifts,
  taken_by bigint NOT NULL REFERENCES operators,
  taken_at timestamptz NOT NULL,
  report jsonb NOT NULL
);
CREATE INDEX x_reports_by_shift ON x_reports (shift_id);
` +
    appMay('SELECT, INSERT, UPDATE', ['cash_sessions']) +
    appendOnly(['x_reports']),
  `
DROP TABLE x_reports, cash_sessions;
DROP FUNCTION refuse_cash_session_change();
`,
);
