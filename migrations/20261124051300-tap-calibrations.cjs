'use strict';
// Every calibration that a tap ever had: a pour names the version that its pulses were counted with.
const { migration, appendOnly } = require('./support/steps.cjs');

module.exports = migration(
  `
CREATE TABLE tap_calibrations (
  tap_id bigint NOT NULL REFERENCES taps,
  version integer NOT NULL CHECK (version >= 1),
  pulses_per_litre integer NOT NULL CHECK (pulses_per_litre BETWEEN 1 AND 1000000),
  spread_permille integer CHECK (spread_permille >= 0),
  measured jsonb NOT NULL DEFAULT '[]',
  calibrated_by bigint REFERENCES operators,
  calibrated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tap_id, version)
);
INSERT INTO tap_calibrations (tap_id, version, pulses_per_litre, calibrated_at)
  SELECT id, calibration_version, pulses_per_litre, created_at FROM taps;

-- A new tap's first calibration is a version like any other.
CREATE FUNCTION keep_first_calibration() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO tap_calibrations (tap_id, version, pulses_per_litre) VALUES (NEW.id, NEW.calibration_version, NEW.pulses_per_litre);
  RETURN NULL;
END $$;
CREATE TRIGGER taps_first_calibration AFTER INSERT ON taps FOR EACH ROW EXECUTE FUNCTION keep_first_calibration();
` + appendOnly(['tap_calibrations']),
  `
DROP TRIGGER taps_first_calibration ON taps;
DROP FUNCTION keep_first_calibration();
DROP TABLE tap_calibrations;
`,
);
