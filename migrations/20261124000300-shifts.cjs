'use strict';
// M5, from the first day because money and pours name their shift: tills, drawers, shifts, sessions.
const { migration, appMay } = require('./support/steps.cjs');

module.exports = migration(
  `
CREATE TABLE drawers (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL UNIQUE
);
CREATE TABLE tills (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL UNIQUE,
  drawer_id bigint REFERENCES drawers
);
INSERT INTO drawers (name) VALUES ('1');
INSERT INTO tills (name, drawer_id) SELECT '1', id FROM drawers;

CREATE TABLE shifts (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'closed')),
  business_date date NOT NULL,
  float_minor integer NOT NULL CHECK (float_minor BETWEEN 0 AND 100000000),
  opened_at timestamptz NOT NULL DEFAULT now(),
  opened_by bigint REFERENCES operators,
  closed_at timestamptz,
  closed_by bigint REFERENCES operators,
  z_number integer UNIQUE CHECK (z_number >= 1),
  counted_cash_minor bigint CHECK (counted_cash_minor >= 0),
  z_report jsonb,
  CONSTRAINT shifts_closed_whole CHECK ((state = 'closed') = (closed_at IS NOT NULL) AND (state = 'closed') = (z_number IS NOT NULL))
);
CREATE UNIQUE INDEX shifts_one_open ON shifts ((true)) WHERE state = 'open';

CREATE FUNCTION refuse_shift_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state = 'closed' THEN
    RAISE EXCEPTION 'shift % is closed: a Z report never changes', OLD.id USING ERRCODE = '42501';
  END IF;
  IF NEW.z_number IS NOT NULL AND NEW.z_number <> coalesce((SELECT max(z_number) FROM shifts), 0) + 1 THEN
    RAISE EXCEPTION 'Z number % would leave a gap', NEW.z_number USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER shifts_guard BEFORE UPDATE ON shifts FOR EACH ROW EXECUTE FUNCTION refuse_shift_change();

CREATE TABLE sessions (
  token_hash text PRIMARY KEY CHECK (token_hash ~ '^[0-9a-f]{64}$'),
  operator_id bigint NOT NULL REFERENCES operators,
  till_id bigint NOT NULL REFERENCES tills,
  created_at timestamptz NOT NULL DEFAULT now(),
  ended_at timestamptz
);
` + appMay('SELECT, INSERT, UPDATE', ['drawers', 'tills', 'shifts', 'sessions']),
  `
DROP TABLE sessions, shifts, tills, drawers;
DROP FUNCTION refuse_shift_change();
`,
);
