'use strict';
// What a screen asks of a bar that is years old: by index, so that it costs what it cost on the first day.
const { migration } = require('./support/steps.cjs');

module.exports = migration(
  `
CREATE INDEX pours_by_visit ON pours (visit_id, poured_at);
CREATE INDEX pours_by_guest_and_shift ON pours (guest_id, shift_id);
CREATE INDEX shifts_by_business_date ON shifts (business_date);
CREATE INDEX review_items_resolved ON review_items (resolved_at DESC, id DESC) WHERE state = 'resolved';
-- Every part of a name of one to three letters: the field finds a name by what stands anywhere in it.
CREATE FUNCTION name_grams(name text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT coalesce(array_agg(DISTINCT substr(name, i, n)), '{}') FROM generate_series(1, length(name)) AS i, generate_series(1, 3) AS n
  WHERE i + n - 1 <= length(name)
$$;
CREATE INDEX guests_by_name_part ON guests USING gin (name_grams(name_search)) WITH (fastupdate = off);
`,
  `
DROP INDEX guests_by_name_part;
DROP FUNCTION name_grams(text);
DROP INDEX review_items_resolved;
DROP INDEX shifts_by_business_date;
DROP INDEX pours_by_guest_and_shift;
DROP INDEX pours_by_visit;
`,
);
