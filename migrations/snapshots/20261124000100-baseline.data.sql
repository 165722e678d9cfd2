-- A small bar of before the visits.
INSERT INTO operators (name, role, pin_hash) VALUES
  ('Ольга', 'shift_lead', 'scrypt$16384$c2FsdA$aGFzaA'), ('Max', 'cashier', 'scrypt$16384$c2FsdA$aGFzaDI');
INSERT INTO guests (name, phone, display_name, language, age_confirmed_at, age_confirmed_by) VALUES
  ('Семён Ёлкин', '79161234567', 'Семён', 'ru', now(), 1),
  ('Jürgen O''Neill', NULL, NULL, 'en', now(), 2),
  (NULL, NULL, NULL, 'ru', NULL, NULL);
INSERT INTO beverages (name, style, abv_permille, price_minor_per_litre) VALUES
  ('Жигулёвское', 'Lager', 45, 30000), ('Stout №1', 'Stout', 62, 45050);
INSERT INTO kegs (beverage_id, size_ml, start_ml, remaining_ml, state, opened_at) VALUES
  (1, 30000, 30000, 12345, 'on_tap', now()), (2, 50000, 50000, -150, 'empty', now()), (2, 50000, 50000, 50000, 'in_store', NULL);
INSERT INTO taps (number, keg_id) VALUES (1, 1), (2, NULL);
INSERT INTO cards (uid, state) VALUES ('04A1B2C3D4E5F6', 'available'), ('E43AC9D2', 'lost');
UPDATE settings SET value = value || '{"name": "Бар «Ёж»"}' WHERE key = 'bar';
