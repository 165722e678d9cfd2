import type { Sequelize } from 'sequelize';
import { query, queryOne } from '#server/db/query';
import { verifyBooks } from '#server/services/verifyBooks';

export interface Books {
  /** what `verifyBooks` found wrong: sums, balances, kegs, locks, debits, seals */
  readonly broken: readonly string[];
  /** of all entries; 0 or the ledger is broken */
  readonly ledger_sum_minor: number;
  readonly unsettled: number;
  readonly locked_visits: number;
}

/** The rules that hold in every state of the bar, recomputed from the rows as the owner. */
export async function readBooks(owner: Sequelize): Promise<Books> {
  const verdict = await verifyBooks({ sequelize: owner });
  const sums = await queryOne<Omit<Books, 'broken'>>(
    owner,
    `SELECT (SELECT coalesce(sum(amount_minor), 0) FROM ledger_entries)::bigint AS ledger_sum_minor,
       (SELECT count(*) FROM grants WHERE state IN ('open', 'orphaned')) AS unsettled,
       (SELECT count(*) FROM visits WHERE active_tap_id IS NOT NULL) AS locked_visits`,
  );
  return {
    broken: verdict.broken.map((one) => `${one.check}: ${one.table} ${one.row_id} ${one.says}`),
    ...sums,
  };
}

export interface VisitBooks {
  readonly balance_minor: number;
  /** debits for pours, and what the guest paid by them */
  readonly charges: number;
  readonly charged_minor: number;
  readonly receivable_minor: number;
  readonly locked: boolean;
  readonly attempts: readonly { readonly outcome: string; readonly client_tx_id: string }[];
  readonly grants: readonly {
    readonly grant_id: string;
    readonly state: string;
    readonly lease_over: boolean;
    readonly limit_ml: number;
    readonly short_id: string;
  }[];
  readonly pours: readonly {
    readonly sync_status: string;
    readonly source: string;
    readonly metered_ml: number | null;
    readonly billed_ml: number | null;
    readonly end_reason: string | null;
  }[];
  readonly reports: readonly {
    readonly verdict: string;
    readonly metered_ml: number | null;
    readonly end_reason: string | null;
    readonly attempt: number | null;
    readonly offline: boolean | null;
  }[];
  /** what left the kegs under this visit's grants */
  readonly out_ml: number;
  readonly reviews: readonly string[];
}

export async function readVisit(owner: Sequelize, visit_id: number): Promise<VisitBooks> {
  const bind = [visit_id];
  const money = await queryOne<Pick<VisitBooks, 'balance_minor' | 'locked'>>(
    owner,
    `SELECT a.balance_minor, v.active_tap_id IS NOT NULL AS locked
     FROM visits v JOIN guest_accounts a ON a.guest_id = v.guest_id WHERE v.id = $1`,
    bind,
  );
  const debits = await queryOne<Pick<VisitBooks, 'charges' | 'charged_minor' | 'receivable_minor'>>(
    owner,
    `SELECT count(DISTINCT t.id) AS charges, coalesce(-sum(e.amount_minor) FILTER (WHERE a.kind = 'guest'), 0)::bigint AS charged_minor,
       coalesce(-sum(e.amount_minor) FILTER (WHERE a.kind = 'receivable'), 0)::bigint AS receivable_minor
     FROM ledger_transactions t JOIN ledger_entries e ON e.transaction_id = t.id JOIN ledger_accounts a ON a.id = e.account_id
     WHERE t.visit_id = $1 AND t.kind = 'pour'`,
    bind,
  );
  const { out_ml } = await queryOne<{ out_ml: number }>(
    owner,
    `SELECT coalesce(sum(m.out_ml), 0)::bigint AS out_ml FROM keg_movements m JOIN grants g ON g.id = m.grant_id WHERE g.visit_id = $1`,
    bind,
  );
  const reviews = await query<{ kind: string }>(
    owner,
    `SELECT r.kind FROM review_items r LEFT JOIN grants g ON g.id = r.grant_id WHERE r.visit_id = $1 OR g.visit_id = $1 ORDER BY r.id`,
    bind,
  );
  return {
    ...money,
    ...debits,
    out_ml,
    reviews: reviews.map(({ kind }) => kind),
    attempts: await query(
      owner,
      `SELECT outcome, client_tx_id FROM attempts WHERE card_uid IN
         (SELECT c.uid FROM visit_cards vc JOIN cards c ON c.id = vc.card_id WHERE vc.visit_id = $1) ORDER BY created_at`,
      bind,
    ),
    grants: await query(
      owner,
      `SELECT id AS grant_id, state, lease_over, limit_ml, short_id FROM grants WHERE visit_id = $1 ORDER BY epoch`,
      bind,
    ),
    pours: await query(
      owner,
      `SELECT sync_status, source, metered_ml, billed_ml, end_reason FROM pours WHERE visit_id = $1 ORDER BY id`,
      bind,
    ),
    reports: await query(
      owner,
      `SELECT r.verdict, r.metered_ml, r.end_reason, r.attempt, r.offline FROM pour_reports r JOIN grants g ON g.id = r.grant_id
       WHERE g.visit_id = $1 ORDER BY r.id`,
      bind,
    ),
  };
}
