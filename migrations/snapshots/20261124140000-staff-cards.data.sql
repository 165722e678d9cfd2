-- A small bar in the middle of an evening: one pour settled, one open, money in the ledger.
INSERT INTO operators (name, role, pin_hash) VALUES ('Ольга', 'shift_lead', 'scrypt$16384$c2FsdA$aGFzaA');
INSERT INTO guests (name, phone, age_confirmed_at, age_confirmed_by) VALUES ('Семён Ёлкин', '79161234567', now(), 1), (NULL, NULL, NULL, NULL);
INSERT INTO guest_accounts (guest_id) VALUES (1), (2);
INSERT INTO ledger_accounts (kind, guest_id) VALUES ('guest', 1), ('guest', 2);
INSERT INTO beverages (name, price_minor_per_litre) VALUES ('Жигулёвское', 30000);
INSERT INTO kegs (beverage_id, size_ml, start_ml, remaining_ml, state, opened_at) VALUES (1, 30000, 30000, 30000, 'on_tap', now());
INSERT INTO nodes (name, spki_sha256, certificate_expires_at) VALUES ('Стойка', repeat('ab', 32), now() + interval '1 year');
INSERT INTO taps (number, keg_id, node_id) VALUES (1, 1, 1);
INSERT INTO cards (uid, state) VALUES ('04A1B2C3D4E5F6', 'assigned');
INSERT INTO shifts (business_date, float_minor, opened_by) VALUES ('2026-11-23', 500000, 1);
INSERT INTO visits (guest_id, opened_by, lock_epoch) VALUES (1, 1, 1);
INSERT INTO visit_cards (visit_id, card_id, issued_by) VALUES (1, 1, 1);

INSERT INTO ledger_transactions (kind, shift_id, visit_id, guest_id, operator_id, till_id) VALUES ('top_up', 1, 1, 1, 1, 1);
INSERT INTO ledger_entries (transaction_id, account_id, amount_minor)
  SELECT 1, id, CASE kind WHEN 'guest' THEN 100000 ELSE -100000 END FROM ledger_accounts WHERE guest_id = 1 OR kind = 'cash';

INSERT INTO attempts (client_tx_id, node_id, tap_id, card_uid, boot_id, request_hash, outcome)
  VALUES (repeat('1', 32), 1, 1, '04A1B2C3D4E5F6', 'boot-1', repeat('cd', 32), 'granted'), (repeat('2', 32), 1, 1, '04A1B2C3D4E5F6', 'boot-1', repeat('ef', 32), 'granted');
INSERT INTO grants (id, client_tx_id, node_id, tap_id, visit_id, guest_id, card_id, keg_id, beverage_id, shift_id, epoch, short_id, price_minor_per_litre, limit_ml, limit_minor, state, ended_at)
  VALUES ('11111111-1111-4111-8111-111111111111', repeat('1', 32), 1, 1, 1, 1, 1, 1, 1, 1, 1, '010014', 30000, 2000, 60000, 'settled', now());
INSERT INTO pour_reports (node_id, tap_id, grant_id, client_tx_id, request_hash, seq, pulses, metered_ml, verdict, body, poured_at, origin_shift_id, received_shift_id)
  VALUES (1, 1, '11111111-1111-4111-8111-111111111111', repeat('1', 32), repeat('12', 32), 1, 2700, 500, 'accepted', '{}', now(), 1, 1);
INSERT INTO pours (grant_id, client_tx_id, visit_id, guest_id, tap_id, keg_id, beverage_id, shift_id, short_id, metered_ml, billed_ml, price_minor_per_litre, cost_minor, paid_minor, pulses)
  VALUES ('11111111-1111-4111-8111-111111111111', repeat('1', 32), 1, 1, 1, 1, 1, 1, '010014', 500, 500, 30000, 15000, 15000, 2700);
INSERT INTO keg_movements (keg_id, kind, out_ml, grant_id, report_id, tap_id) VALUES (1, 'pour', 500, '11111111-1111-4111-8111-111111111111', 1, 1);
INSERT INTO ledger_transactions (kind, shift_id, visit_id, guest_id, grant_id) VALUES ('pour', 1, 1, 1, '11111111-1111-4111-8111-111111111111');
INSERT INTO ledger_entries (transaction_id, account_id, amount_minor)
  SELECT 2, id, CASE kind WHEN 'guest' THEN -15000 ELSE 15000 END FROM ledger_accounts WHERE guest_id = 1 OR kind = 'sales';

INSERT INTO grants (id, client_tx_id, node_id, tap_id, visit_id, guest_id, card_id, keg_id, beverage_id, shift_id, epoch, short_id, price_minor_per_litre, limit_ml, limit_minor)
  VALUES ('22222222-2222-4222-8222-222222222222', repeat('2', 32), 1, 1, 1, 1, 1, 1, 1, 1, 2, '010022', 30000, 2000, 60000);
UPDATE visits SET active_tap_id = 1, lock_set_at = now(), lock_epoch = 2 WHERE id = 1;

INSERT INTO audit_events (action, operator_id, visit_id, guest_id) VALUES ('visit.opened', 1, 1, 1);
INSERT INTO events (type, visit_id, guest_id) VALUES ('visit_opened', 1, 1);
INSERT INTO pos_outbox (kind, idempotency_key, payload) VALUES ('pour', 'pour-1', '{}');
UPDATE feature_flags SET enabled = false, reason = 'Umbau' WHERE name = 'FF_POS_ADAPTER_STUB';
INSERT INTO pour_corrections (grant_id, kind, ml, amount_minor, shift_id, operator_id, approved_by, reason)
  VALUES ('11111111-1111-4111-8111-111111111111', 'comp', 1, 0, 1, 1, 1, 'капля');
INSERT INTO service_allowances (guest_id, business_date, extra_ml, operator_id, approved_by, reason) VALUES (1, '2026-11-23', 500, 1, 1, 'знает меру');
INSERT INTO guests (house_purpose) VALUES ('tasting');
INSERT INTO node_pairings (id, node_name, csr, spki_sha256, address, commitment, till_nonce, code, state, requested_at, expires_at)
  VALUES ('33333333-3333-4333-8333-333333333333', 'pi', 'csr', repeat('cd', 32), '192.168.1.20', repeat('ef', 32), repeat('01', 32), '427105', 'waiting', now(), now() + interval '5 minutes');
UPDATE nodes SET next_spki_sha256 = repeat('ef', 32);
