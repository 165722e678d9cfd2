/** Each statement answers the rows that break a rule, first row first: `row_id` and what is wrong with it. */
export type BookCheck = { readonly name: string; readonly table: string; readonly sql: string };

/** What the ledger says of a pour: from the guest's money, owed, sold. */
const BOOKED_POURS = `
  SELECT t.grant_id, min(t.id) AS transaction_id, count(DISTINCT t.id) AS debits,
    coalesce(-sum(e.amount_minor) FILTER (WHERE a.kind = 'guest'), 0)::bigint AS paid_minor,
    coalesce(sum(e.amount_minor) FILTER (WHERE a.kind = 'sales'), 0)::bigint AS sold_minor,
    bool_or(a.guest_id IS NOT NULL AND a.guest_id IS DISTINCT FROM t.guest_id) AS other_guest
  FROM ledger_transactions t JOIN ledger_entries e ON e.transaction_id = t.id JOIN ledger_accounts a ON a.id = e.account_id
  WHERE t.kind = 'pour' GROUP BY t.grant_id`;

export const BOOK_CHECKS: readonly BookCheck[] = [
  {
    name: 'transactions sum to zero',
    table: 'ledger_transactions',
    sql: `SELECT t.id::text AS row_id, format('has %s entries that sum to %s', count(e.id), coalesce(sum(e.amount_minor), 0)) AS says
      FROM ledger_transactions t LEFT JOIN ledger_entries e ON e.transaction_id = t.id
      GROUP BY t.id HAVING coalesce(sum(e.amount_minor), 0) <> 0 OR count(e.id) < 2 ORDER BY t.id`,
  },
  {
    name: 'balance = sum of entries',
    table: 'guest_accounts',
    sql: `SELECT g.guest_id::text AS row_id, format('balance is %s, its entries sum to %s', g.balance_minor, coalesce(s.total, 0)) AS says
      FROM guest_accounts g LEFT JOIN (
        SELECT a.guest_id, sum(e.amount_minor) AS total FROM ledger_accounts a JOIN ledger_entries e ON e.account_id = a.id
        WHERE a.kind = 'guest' GROUP BY a.guest_id) s ON s.guest_id = g.guest_id
      WHERE g.balance_minor <> coalesce(s.total, 0) ORDER BY g.guest_id`,
  },
  {
    name: 'every guest has an account',
    table: 'guests',
    sql: `SELECT g.id::text AS row_id, 'has no account' AS says FROM guests g
      WHERE NOT EXISTS (SELECT 1 FROM guest_accounts a WHERE a.guest_id = g.id)
        OR NOT EXISTS (SELECT 1 FROM ledger_accounts a WHERE a.guest_id = g.id AND a.kind = 'guest') ORDER BY g.id`,
  },
  {
    name: 'nobody is owed more than the debt',
    table: 'ledger_accounts',
    sql: `SELECT a.id::text AS row_id, format('the receivable of guest %s is overpaid by %s', a.guest_id, sum(e.amount_minor)) AS says
      FROM ledger_accounts a JOIN ledger_entries e ON e.account_id = a.id WHERE a.kind = 'receivable'
      GROUP BY a.id HAVING sum(e.amount_minor) > 0 ORDER BY a.id`,
  },
  {
    name: 'keg remainder = start − all flows',
    table: 'kegs',
    sql: `SELECT k.id::text AS row_id, format('remainder is %s, start %s less flows %s', k.remaining_ml, k.start_ml, coalesce(sum(m.out_ml), 0)) AS says
      FROM kegs k LEFT JOIN keg_movements m ON m.keg_id = k.id
      GROUP BY k.id HAVING k.remaining_ml <> k.start_ml - coalesce(sum(m.out_ml), 0) ORDER BY k.id`,
  },
  {
    name: 'a corrected flow counts for one keg',
    table: 'keg_movements',
    sql: `SELECT c.corrects_id::text AS row_id, format('is corrected by %s movements that sum to %s', count(*), sum(c.out_ml)) AS says
      FROM keg_movements c JOIN keg_movements m ON m.id = c.corrects_id
      GROUP BY c.corrects_id, m.keg_id, m.out_ml
      HAVING count(*) <> 2 OR sum(c.out_ml) <> 0 OR coalesce(sum(c.out_ml) FILTER (WHERE c.keg_id = m.keg_id), 0) <> -m.out_ml ORDER BY c.corrects_id`,
  },
  {
    name: 'a debit has its grant and its pour',
    table: 'ledger_transactions',
    sql: `SELECT b.transaction_id::text AS row_id, CASE
        WHEN b.debits > 1 THEN format('grant %s is debited %s times', b.grant_id, b.debits)
        WHEN b.other_guest THEN format('grant %s is booked to another guest', b.grant_id)
        WHEN g.state NOT IN ('settled', 'manual') THEN format('grant %s is %s and yet debited', g.id, g.state)
        WHEN p.id IS NULL THEN format('grant %s is debited without a pour', g.id)
        ELSE format('pour %s cost %s and paid %s; booked are %s and %s', p.id, p.cost_minor, p.paid_minor, b.sold_minor, b.paid_minor)
      END AS says
      FROM (${BOOKED_POURS}) b JOIN grants g ON g.id = b.grant_id LEFT JOIN pours p ON p.grant_id = b.grant_id
      WHERE b.debits > 1 OR b.other_guest OR g.state NOT IN ('settled', 'manual') OR p.id IS NULL
        OR p.cost_minor IS DISTINCT FROM b.sold_minor OR p.paid_minor IS DISTINCT FROM b.paid_minor
      ORDER BY b.transaction_id`,
  },
  {
    name: 'a pour has its grant and its debit',
    table: 'pours',
    sql: `SELECT p.id::text AS row_id, CASE
        WHEN p.sync_status IN ('synced', 'reconciled') AND g.state NOT IN ('settled', 'manual') THEN format('is %s under a grant that is %s', p.sync_status, g.state)
        WHEN p.sync_status = 'pending_sync' AND g.state NOT IN ('open', 'orphaned') THEN format('waits for a grant that is %s', g.state)
        WHEN p.sync_status = 'void' AND g.state <> 'released' THEN format('is void under a grant that is %s', g.state)
        WHEN p.cost_minor <> (p.billed_ml::bigint * p.price_minor_per_litre + 500) / 1000 THEN format('%s ml at %s cost %s', p.billed_ml, p.price_minor_per_litre, p.cost_minor)
        ELSE format('cost %s and was never booked', p.cost_minor)
      END AS says
      FROM pours p JOIN grants g ON g.id = p.grant_id
      WHERE p.sync_status IN ('synced', 'reconciled') AND (g.state NOT IN ('settled', 'manual')
          OR p.cost_minor <> (p.billed_ml::bigint * p.price_minor_per_litre + 500) / 1000
          OR p.cost_minor > 0 AND NOT EXISTS (SELECT 1 FROM ledger_transactions t WHERE t.grant_id = p.grant_id AND t.kind = 'pour'))
        OR p.sync_status = 'pending_sync' AND g.state NOT IN ('open', 'orphaned')
        OR p.sync_status = 'void' AND g.state <> 'released'
      ORDER BY p.id`,
  },
  {
    name: 'billed = metered − first flush − kick',
    table: 'pours',
    sql: `SELECT id::text AS row_id, format('billed %s of metered %s less %s and %s', billed_ml, metered_ml, first_flush_ml, kick_ml) AS says
      FROM pours WHERE source = 'meter' AND sync_status = 'synced' AND billed_ml <> metered_ml - first_flush_ml - kick_ml ORDER BY id`,
  },
  {
    name: 'a correction is its transaction',
    table: 'pour_corrections',
    sql: `SELECT c.id::text AS row_id, format('moves the charge by %s, booked is %s of grant %s', c.amount_minor, coalesce(-b.moved, 0), b.grant_id) AS says
      FROM pour_corrections c LEFT JOIN (
        SELECT t.id, t.kind, t.grant_id, coalesce(sum(e.amount_minor) FILTER (WHERE a.kind IN ('guest', 'receivable', 'loss')), 0)::bigint AS moved
        FROM ledger_transactions t JOIN ledger_entries e ON e.transaction_id = t.id JOIN ledger_accounts a ON a.id = e.account_id
        WHERE t.grant_id IS NOT NULL AND t.kind <> 'pour' GROUP BY t.id) b ON b.id = c.transaction_id
      WHERE c.amount_minor <> coalesce(-b.moved, 0) OR c.transaction_id IS NOT NULL AND (b.grant_id IS DISTINCT FROM c.grant_id OR b.kind <> c.kind)
      ORDER BY c.id`,
  },
  {
    name: 'nobody is given more than they were charged',
    table: 'pour_corrections',
    sql: `SELECT c.grant_id::text AS row_id, format('was charged %s and corrected by %s', coalesce(min(p.cost_minor), 0), sum(c.amount_minor)) AS says
      FROM pour_corrections c LEFT JOIN pours p ON p.grant_id = c.grant_id AND p.sync_status IN ('synced', 'reconciled')
      GROUP BY c.grant_id HAVING coalesce(min(p.cost_minor), 0) + sum(c.amount_minor) < 0 ORDER BY c.grant_id`,
  },
  {
    name: 'a charged grant has its pour',
    table: 'grants',
    sql: `SELECT g.id::text AS row_id, format('is %s and has no pour', g.state) AS says FROM grants g
      WHERE g.state IN ('settled', 'manual')
        AND NOT EXISTS (SELECT 1 FROM pours p WHERE p.grant_id = g.id AND p.sync_status IN ('synced', 'reconciled')) ORDER BY g.created_at, g.id`,
  },
  {
    name: 'lock ⇔ open grant',
    table: 'visits',
    sql: `SELECT v.id::text AS row_id, format('is locked on tap %s, its open grant is on tap %s', v.active_tap_id, g.tap_id) AS says
      FROM visits v LEFT JOIN grants g ON g.visit_id = v.id AND g.state = 'open'
      WHERE v.active_tap_id IS DISTINCT FROM g.tap_id ORDER BY v.id`,
  },
  {
    name: 'Z numbers have no gap',
    table: 'shifts',
    sql: `SELECT id::text AS row_id, format('has Z number %s where %s was due', z_number, due) AS says
      FROM (SELECT id, z_number, row_number() OVER (ORDER BY z_number) AS due FROM shifts WHERE z_number IS NOT NULL) z
      WHERE z_number <> due ORDER BY z_number`,
  },
];
