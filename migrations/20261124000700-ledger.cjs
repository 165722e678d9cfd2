'use strict';
// The ledger: double entry, append-only. Signs and accounts: docs/adr/0001.
const { migration, appMay, appendOnly } = require('./support/steps.cjs');

module.exports = migration(
  `
CREATE TABLE ledger_accounts (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('guest', 'receivable', 'cash', 'card_terminal', 'sales', 'comp', 'loss', 'rounding', 'over_short', 'unclaimed', 'opening')),
  guest_id bigint REFERENCES guests,
  drawer_id bigint REFERENCES drawers,
  CHECK ((kind IN ('guest', 'receivable')) = (guest_id IS NOT NULL)),
  CHECK ((kind = 'cash') = (drawer_id IS NOT NULL)),
  UNIQUE NULLS NOT DISTINCT (kind, guest_id, drawer_id)
);
INSERT INTO ledger_accounts (kind) SELECT unnest(ARRAY['card_terminal', 'sales', 'comp', 'loss', 'rounding', 'over_short', 'unclaimed', 'opening']);
INSERT INTO ledger_accounts (kind, drawer_id) SELECT 'cash', id FROM drawers;

CREATE TABLE guest_accounts (
  guest_id bigint PRIMARY KEY REFERENCES guests,
  balance_minor bigint NOT NULL DEFAULT 0,
  locked_at timestamptz,
  CONSTRAINT guest_accounts_balance_not_negative CHECK (balance_minor >= 0)
);

CREATE TABLE ledger_transactions (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('top_up', 'refund', 'pour', 'reversal', 'comp', 'cash_in', 'cash_out', 'adjustment', 'receivable_paid', 'write_off', 'unclaimed', 'over_short', 'opening')),
  shift_id bigint REFERENCES shifts,
  visit_id bigint REFERENCES visits,
  guest_id bigint REFERENCES guests,
  grant_id uuid REFERENCES grants,
  reverses_id bigint REFERENCES ledger_transactions,
  operator_id bigint REFERENCES operators,
  till_id bigint REFERENCES tills,
  reason text,
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT ledger_transactions_reason CHECK (kind NOT IN ('reversal', 'comp', 'adjustment', 'write_off') OR length(reason) > 0),
  CONSTRAINT ledger_transactions_pour_grant CHECK ((kind = 'pour') = (grant_id IS NOT NULL AND reverses_id IS NULL AND kind = 'pour'))
);
-- Invariant 4: a grant is debited at most once, ever.
CREATE UNIQUE INDEX ledger_transactions_one_debit_per_grant ON ledger_transactions (grant_id) WHERE kind = 'pour';
CREATE UNIQUE INDEX ledger_transactions_one_reversal ON ledger_transactions (reverses_id) WHERE kind = 'reversal';
CREATE INDEX ledger_transactions_by_shift ON ledger_transactions (shift_id);
CREATE INDEX ledger_transactions_by_visit ON ledger_transactions (visit_id);

CREATE TABLE ledger_entries (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  transaction_id bigint NOT NULL REFERENCES ledger_transactions,
  account_id bigint NOT NULL REFERENCES ledger_accounts,
  amount_minor integer NOT NULL CHECK (amount_minor <> 0 AND amount_minor BETWEEN -100000000 AND 100000000)
);
CREATE INDEX ledger_entries_by_transaction ON ledger_entries (transaction_id);
CREATE INDEX ledger_entries_by_account ON ledger_entries (account_id);

-- Invariant 7, first half: a guest's cached balance moves only with an entry. A refund may not touch what unsettled grants reserve.
CREATE FUNCTION apply_ledger_entry() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE guest bigint; balance bigint; reserved bigint;
BEGIN
  SELECT a.guest_id INTO guest FROM ledger_accounts a WHERE a.id = NEW.account_id AND a.kind = 'guest';
  IF guest IS NULL THEN RETURN NULL; END IF;
  UPDATE guest_accounts SET balance_minor = balance_minor + NEW.amount_minor WHERE guest_id = guest RETURNING balance_minor INTO balance;
  IF balance IS NULL THEN
    RAISE EXCEPTION 'guest % has no account', guest USING ERRCODE = '23503';
  END IF;
  IF NEW.amount_minor < 0 AND EXISTS (SELECT 1 FROM ledger_transactions t WHERE t.id = NEW.transaction_id AND t.kind = 'refund') THEN
    SELECT coalesce(sum(g.limit_minor), 0) INTO reserved FROM grants g WHERE g.guest_id = guest AND g.state IN ('open', 'orphaned');
    IF balance < reserved THEN
      RAISE EXCEPTION 'refund leaves % of guest %, below the % that unsettled grants reserve', balance, guest, reserved USING ERRCODE = '23514';
    END IF;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER ledger_entries_apply AFTER INSERT ON ledger_entries FOR EACH ROW EXECUTE FUNCTION apply_ledger_entry();

-- Invariant 7, second half, at commit: the entries of a transaction sum to zero, and it has at least two.
CREATE FUNCTION check_ledger_balanced() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE total bigint; entries bigint; tx bigint;
BEGIN
  IF TG_TABLE_NAME = 'ledger_transactions' THEN tx := NEW.id; ELSE tx := NEW.transaction_id; END IF;
  SELECT coalesce(sum(e.amount_minor), 0), count(*) INTO total, entries FROM ledger_entries e WHERE e.transaction_id = tx;
  IF total <> 0 OR entries < 2 THEN
    RAISE EXCEPTION 'ledger transaction % has % entries that sum to %', tx, entries, total USING ERRCODE = '23514';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER ledger_transactions_balanced AFTER INSERT ON ledger_transactions
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_ledger_balanced();
CREATE CONSTRAINT TRIGGER ledger_entries_balanced AFTER INSERT ON ledger_entries
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_ledger_balanced();

CREATE TABLE ledger_seals (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  up_to_entry_id bigint NOT NULL UNIQUE,
  entry_count integer NOT NULL CHECK (entry_count > 0),
  hash text NOT NULL CHECK (hash ~ '^[0-9a-f]{64}$'),
  prev_hash text NOT NULL CHECK (prev_hash ~ '^[0-9a-f]{64}$'),
  sealed_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE ledger_sealed_entries (
  entry_id bigint PRIMARY KEY REFERENCES ledger_entries,
  seal_id bigint NOT NULL REFERENCES ledger_seals
);

CREATE TABLE idempotency_keys (
  request_id uuid PRIMARY KEY,
  procedure text NOT NULL,
  request_hash text NOT NULL CHECK (request_hash ~ '^[0-9a-f]{64}$'),
  response jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
` +
    appMay('SELECT, INSERT', ['ledger_accounts', 'guest_accounts', 'idempotency_keys']) +
    appendOnly(['ledger_transactions', 'ledger_entries', 'ledger_seals', 'ledger_sealed_entries']) +
    // SELECT … FOR UPDATE needs UPDATE on some column; the balance itself is the trigger's alone.
    `
DO $$ DECLARE role text := coalesce(nullif(current_setting('taptill.app_role', true), ''), 'taptill_app');
BEGIN
  EXECUTE format('GRANT UPDATE (locked_at) ON guest_accounts TO %I', role);
  EXECUTE format('GRANT UPDATE (response) ON idempotency_keys TO %I', role);
END $$;`,
  `
DROP TABLE idempotency_keys, ledger_sealed_entries, ledger_seals, ledger_entries, ledger_transactions, guest_accounts, ledger_accounts;
DROP FUNCTION check_ledger_balanced();
DROP FUNCTION apply_ledger_entry();
`,
);
