/** How old the bar is; everything else follows from these. */
export interface Age {
  readonly visits: number;
  readonly pours: number;
  readonly guests: number;
  readonly shifts: number;
}

/** 100,000 visits of ten pours; by the pattern of the volumes 3 minor units a tenth of a millilitre: 3,000 a pour, 3 billion in all. */
export const OLD: Age = { visits: 100_000, pours: 1_000_000, guests: 20_000, shifts: 1_000 };
export const QUICK: Age = { visits: 10_000, pours: 100_000, guests: 2_000, shifts: 100 };

/** The five volumes take turns; 100 ml on average, at 300.00 a litre. */
const ML = '(ARRAY[60, 80, 100, 120, 140])[1 + k % 5]';
const COST = `(${ML} * 30)`;
const VISIT_COST = 30_000;
/** Each visit leaves this on its guest's account. */
const REST = 1_000;
const POURS_OF_KEG = 585;
const KEG_ML = 58_700;

const AT = `began + (k / 10 % visits_of_shift) * interval '3 minutes' + (k % 10) * interval '6 minutes'`;
const GRANT = `md5('grant ' || k)::uuid`;
const TX = `md5('attempt ' || k)`;

/** A pour of the past with everything that it names. `k` counts from 0. */
const POURS = `
  aged CROSS JOIN generate_series(0, pours - 1) AS k
  CROSS JOIN LATERAL (SELECT shift0 + 1 + k / 10 / visits_of_shift AS shift_id, visit0 + 1 + k / 10 AS visit_id,
    guest0 + 1 + (k / 10) % guests AS guest_id, card0 + 1 + (k / 10) % cards AS card_id, keg0 + 1 + k / ${POURS_OF_KEG} AS keg_id,
    now() - (shifts - k / 10 / visits_of_shift) * interval '1 day' AS began) AS of
  JOIN aged_codes AS code ON code.place = k % taps AND code.counter = (k / taps) % 1000`;

/** The highest id of each numbered table before the past is written. */
const BASES = {
  guest0: 'guests',
  visit0: 'visits',
  shift0: 'shifts',
  card0: 'cards',
  keg0: 'kegs',
  pour_report0: 'pour_reports',
  ledger_account0: 'ledger_accounts',
  ledger_transaction0: 'ledger_transactions',
  ledger_entry0: 'ledger_entries',
};

/** What each statement needs to know of the bar as it is: the ids that are taken and the size of the past. */
export const FRAME = `
  CREATE TEMP TABLE aged AS SELECT $1::int AS visits, $2::int AS pours, $3::int AS guests, $4::int AS shifts, $1::int / $4::int AS visits_of_shift,
    2000 AS cards, (SELECT count(*)::int FROM taps) AS taps, (SELECT max(id) FROM beverages) AS beverage_id,
    (SELECT min(id) FROM operators) AS operator_id, (SELECT id FROM drawers ORDER BY id LIMIT 1) AS drawer_id,
    (SELECT id FROM ledger_accounts WHERE kind = 'sales') AS sales, (SELECT id FROM ledger_accounts WHERE kind = 'card_terminal') AS terminal,
    ${Object.entries(BASES)
      .map(([name, table]) => `(SELECT coalesce(max(id), 0)::bigint FROM ${table}) AS ${name}`)
      .join(', ')}`;

export interface Load {
  readonly table: string;
  readonly sql: string;
}
const into = (table: string, columns: string, select: string): Load => ({
  table,
  sql: `INSERT INTO ${table} (${columns}) OVERRIDING SYSTEM VALUE ${select}`,
});

export const LOADS: readonly Load[] = [
  into(
    'shifts',
    'id, state, business_date, float_minor, opened_at, closed_at, z_number, counted_cash_minor, z_report',
    `SELECT shift0 + 1 + i, 'closed', (at)::date, 0, at, at + interval '12 hours', 1 + i, 0,
       jsonb_build_object('sales_minor', ${VISIT_COST} * visits_of_shift, 'cash', jsonb_build_object('difference_minor', 0), 'note', repeat('z', 900))
     FROM aged, generate_series(0, shifts - 1) i, LATERAL (SELECT now() - (shifts - i) * interval '1 day' AS at) t`,
  ),
  into(
    'guests',
    'id, name, phone, age_confirmed_at, age_confirmed_by, consent_at, created_at',
    `SELECT guest0 + 1 + i, (ARRAY['Анна','Борис','Вера','Глеб','Дарья','Егор','Жанна','Захар','Инга','Кирилл'])[1 + i % 10] || ' '
         || (ARRAY['Бар','Вол','Гор','Дуб','Зим','Лес','Мор','Нов','Пол','Рощ','Сад','Тум'])[1 + i / 10 % 12]
         || (ARRAY['ан','ен','ин','он','ун','ар','ер','ир','ор','ур','ал','ел','ил'])[1 + i / 120 % 13]
         || (ARRAY['ов','ев','цев','кин','шин','ский','ник','чук','енко','юк','ец','ых','их'])[1 + i / 1560 % 13],
       '79' || lpad((100000000 + i * 7919 % 900000000)::text, 9, '0'), now(), operator_id, now(), now() - interval '3 years'
     FROM aged, generate_series(0, guests - 1) i`,
  ),
  into(
    'guest_accounts',
    'guest_id, balance_minor',
    `SELECT guest0 + 1 + i, ${REST} * (visits / guests) FROM aged, generate_series(0, guests - 1) i`,
  ),
  into(
    'ledger_accounts',
    'id, kind, guest_id',
    `SELECT ledger_account0 + 1 + i, 'guest', guest0 + 1 + i FROM aged, generate_series(0, guests - 1) i`,
  ),
  into(
    'cards',
    'id, uid, state',
    `SELECT card0 + 1 + i, 'A' || lpad(upper(to_hex(i)), 13, '0'), 'available' FROM aged, generate_series(0, cards - 1) i`,
  ),
  into(
    'kegs',
    'id, beverage_id, size_ml, start_ml, remaining_ml, state, received_at, opened_at',
    `SELECT keg0 + 1 + i, beverage_id, ${KEG_ML}, ${KEG_ML}, 0, 'returned', now() - interval '3 years', now() - interval '2 years'
     FROM aged, generate_series(0, (pours - 1) / ${POURS_OF_KEG}) i`,
  ),
  into(
    'visits',
    'id, guest_id, state, version, opened_at, opened_by, closed_at, closed_by, close_reason, lock_epoch',
    `SELECT visit0 + 1 + i, guest0 + 1 + i % guests, 'closed', 22, at, operator_id, at + interval '2 hours', operator_id, 'ушёл', 10
     FROM aged, generate_series(0, visits - 1) i,
       LATERAL (SELECT now() - (shifts - i / visits_of_shift) * interval '1 day' + i % visits_of_shift * interval '3 minutes' AS at) t`,
  ),
  into(
    'visit_cards',
    'visit_id, card_id, issued_at, issued_by, ended_at, end_reason',
    `SELECT v.id, card0 + 1 + (v.id - visit0 - 1) % cards, v.opened_at, operator_id, v.closed_at, 'returned' FROM aged, visits v WHERE v.id > visit0 ORDER BY v.id`,
  ),
  into(
    'idempotency_keys',
    'request_id, procedure, request_hash, response, created_at',
    `SELECT md5('request ' || i)::uuid, 'visit.open', repeat('0', 64), '{}', now() FROM aged, generate_series(1, visits * 2) i`,
  ),
  into(
    'attempts',
    'client_tx_id, node_id, tap_id, card_uid, boot_id, request_hash, outcome, created_at',
    `SELECT ${TX}, node_id, tap_id, '04A1B2C3D4E580', 'boot-of-the-past', repeat('0', 64), 'granted', ${AT} FROM ${POURS} ORDER BY 1`,
  ),
  into(
    'grants',
    'id, client_tx_id, node_id, tap_id, visit_id, guest_id, card_id, keg_id, beverage_id, shift_id, epoch, short_id, price_minor_per_litre, limit_ml, limit_minor, state, lease_over, created_at, ended_at',
    `SELECT ${GRANT}, ${TX}, node_id, tap_id, visit_id, guest_id, card_id, keg_id, beverage_id, shift_id, 1 + k % 10, short_id, 30000, 1000, 30000, 'settled', false, ${AT}, ${AT}
     FROM ${POURS} ORDER BY k`,
  ),
  into(
    'pours',
    'grant_id, client_tx_id, visit_id, guest_id, tap_id, keg_id, beverage_id, shift_id, short_id, metered_ml, billed_ml, price_minor_per_litre, cost_minor, paid_minor, pulses, calibration_version, duration_ms, end_reason, poured_at, created_at',
    `SELECT ${GRANT}, ${TX}, visit_id, guest_id, tap_id, keg_id, beverage_id, shift_id, short_id, ${ML}, ${ML}, 30000, ${COST}, ${COST}, ${ML} * 54 / 10, 1, 9000, 'card_removed', ${AT}, ${AT}
     FROM ${POURS} ORDER BY k`,
  ),
  into(
    'pour_reports',
    'id, node_id, tap_id, grant_id, client_tx_id, request_hash, journal_id, boot_id, seq, pulses, metered_ml, calibration_version, duration_ms, end_reason, age_ms, offline, attempt, verdict, body, poured_at, received_at, origin_shift_id, received_shift_id',
    `SELECT pour_report0 + 1 + k, node_id, tap_id, ${GRANT}, ${TX}, repeat(md5('report ' || k), 2), 'journal-of-the-past', 'boot-of-the-past', 1 + k / taps, ${ML} * 54 / 10, ${ML}, 1, 9000, 'card_removed', 0, false, 1, 'accepted',
       json_build_object('grant_id', ${GRANT}, 'client_tx_id', ${TX}, 'tap_id', tap_id, 'short_id', short_id, 'metered_ml', ${ML}, 'end_reason', 'card_removed')::text, ${AT}, ${AT}, shift_id, shift_id
     FROM ${POURS} ORDER BY k`,
  ),
  into(
    'keg_movements',
    'keg_id, kind, out_ml, grant_id, report_id, tap_id, created_at',
    `SELECT keg_id, 'pour', ${ML}, ${GRANT}, pour_report0 + 1 + k, tap_id, ${AT} FROM ${POURS} ORDER BY k`,
  ),
  into(
    'keg_movements',
    'keg_id, kind, out_ml, operator_id, reason, created_at',
    `SELECT k.id, 'yield_variance', k.start_ml - (SELECT sum(m.out_ml) FROM keg_movements m WHERE m.keg_id = k.id), operator_id, 'empty', now() - interval '1 year'
     FROM aged, kegs k WHERE k.id > keg0`,
  ),
  into(
    'ledger_transactions',
    'id, kind, shift_id, visit_id, guest_id, grant_id, created_at',
    `SELECT ledger_transaction0 + 1 + n, CASE WHEN n % 11 = 0 THEN 'top_up' ELSE 'pour' END, shift0 + 1 + n / 11 / visits_of_shift, visit0 + 1 + n / 11,
       guest0 + 1 + (n / 11) % guests, CASE WHEN n % 11 > 0 THEN md5('grant ' || (n / 11 * 10 + n % 11 - 1))::uuid END,
       now() - (shifts - n / 11 / visits_of_shift) * interval '1 day' + n / 11 % visits_of_shift * interval '3 minutes' + n % 11 * interval '6 minutes'
     FROM aged, generate_series(0, visits * 11 - 1) n ORDER BY n`,
  ),
  into(
    'ledger_entries',
    'id, transaction_id, account_id, amount_minor',
    `SELECT ledger_entry0 + 1 + e, ledger_transaction0 + 1 + n,
       CASE WHEN e % 2 = 0 THEN ledger_account0 + 1 + (n / 11) % guests WHEN n % 11 = 0 THEN terminal ELSE sales END,
       CASE WHEN e % 2 = 0 THEN 1 ELSE -1 END * CASE WHEN n % 11 = 0 THEN ${VISIT_COST + REST} ELSE -${COST} END
     FROM aged, generate_series(0, visits * 22 - 1) e, LATERAL (SELECT e / 2 AS n, e / 2 / 11 * 10 + e / 2 % 11 - 1 AS k) t ORDER BY e`,
  ),
  into(
    'audit_events',
    'action, node_id, visit_id, guest_id, tap_id, grant_id, details, at',
    `SELECT 'grant.settled', node_id, visit_id, guest_id, tap_id, ${GRANT}, jsonb_build_object('metered_ml', ${ML}, 'end_reason', 'card_removed'), ${AT} FROM ${POURS} ORDER BY k`,
  ),
  into(
    'events',
    'xid, type, visit_id, guest_id, tap_id, details, created_at',
    `SELECT (3 + k::bigint * 500 / pours)::text::xid8, 'visit.changed', visit_id, guest_id, tap_id, jsonb_build_object('grant_id', ${GRANT}), ${AT} FROM ${POURS} ORDER BY k`,
  ),
  into(
    'pos_outbox',
    'kind, idempotency_key, payload, created_at, delivered_at, attempts, next_attempt_at',
    `SELECT 'pour', 'pour:' || ${GRANT}, jsonb_build_object('grant_id', ${GRANT}, 'visit_id', visit_id, 'ml', ${ML}, 'cost_minor', ${COST}), ${AT}, ${AT}, 1, ${AT} FROM ${POURS} ORDER BY k`,
  ),
  into(
    'review_items',
    'kind, state, tap_id, visit_id, guest_id, grant_id, created_at, resolved_at, resolved_by, resolution',
    `SELECT 'above_physical_rate', 'resolved', tap_id, visit_id, guest_id, ${GRANT}, ${AT}, ${AT} + interval '1 day', operator_id, 'accepted' FROM ${POURS} WHERE k % 100 = 0 ORDER BY k`,
  ),
];

/** As the sealer chains them, 2,000 entries a seal; the server's own sealer is not running. */
export const SEALS = `
  DO $$ DECLARE
    before text := coalesce((SELECT hash FROM ledger_seals ORDER BY id DESC LIMIT 1), repeat('0', 64));
    first bigint := (SELECT ledger_entry0 + 1 FROM aged); last bigint := (SELECT max(id) FROM ledger_entries); seal bigint; lines text; upto bigint;
  BEGIN
    WHILE first <= last LOOP
      upto := least(first + 1999, last);
      SELECT string_agg(E'\\n' || format('{"account_id":%s,"amount_minor":%s,"created_at":"%s","entry_id":%s,"grant_id":%s,"guest_id":%s,"kind":"%s","operator_id":null,"reason":null,"reverses_id":null,"shift_id":%s,"till_id":null,"transaction_id":%s,"visit_id":%s}',
          e.account_id, e.amount_minor, to_char(t.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), e.id, coalesce('"' || t.grant_id || '"', 'null'), t.guest_id, t.kind, t.shift_id, t.id, t.visit_id), '' ORDER BY e.id)
        INTO lines FROM ledger_entries e JOIN ledger_transactions t ON t.id = e.transaction_id WHERE e.id BETWEEN first AND upto;
      INSERT INTO ledger_seals (up_to_entry_id, entry_count, prev_hash, hash, sealed_at)
        VALUES (upto, upto - first + 1, before, encode(sha256(convert_to(before || lines, 'UTF8')), 'hex'), now() - interval '1 hour') RETURNING id, hash INTO seal, before;
      INSERT INTO ledger_sealed_entries (entry_id, seal_id) SELECT id, seal FROM ledger_entries WHERE id BETWEEN first AND upto;
      first := upto + 1;
    END LOOP;
  END $$`;

export const MARKS = `
  INSERT INTO node_marks (node_id, journal_id, tap_id, seq_high, booked_ml, seq_said, seq_told)
  SELECT node_id, 'journal-of-the-past', tap_id, max(seq), sum(metered_ml), max(seq), max(seq) FROM pour_reports, aged WHERE id > pour_report0 GROUP BY 1, 3`;
