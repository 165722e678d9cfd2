import type { Sequelize } from 'sequelize';
import { queryOne } from '#server/db/query';
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

const rows = (select: string): string => `(SELECT coalesce(json_agg(one), '[]') FROM (${select}) one)`;

/** One statement, so one moment: what commits meanwhile is wholly in it or not at all. */
const VISIT = `
  SELECT account.balance_minor, v.active_tap_id IS NOT NULL AS locked,
    debits.charges, debits.charged_minor, debits.receivable_minor,
    (SELECT coalesce(sum(m.out_ml), 0) FROM keg_movements m JOIN grants g ON g.id = m.grant_id WHERE g.visit_id = v.id)::bigint AS out_ml,
    ${rows(`SELECT outcome, client_tx_id FROM attempts WHERE card_uid IN
      (SELECT c.uid FROM visit_cards vc JOIN cards c ON c.id = vc.card_id WHERE vc.visit_id = v.id) ORDER BY created_at`)} AS attempts,
    ${rows(`SELECT id AS grant_id, state, lease_over, limit_ml, short_id FROM grants WHERE visit_id = v.id ORDER BY epoch`)} AS grants,
    ${rows(`SELECT sync_status, source, metered_ml, billed_ml, end_reason FROM pours WHERE visit_id = v.id ORDER BY id`)} AS pours,
    ${rows(`SELECT r.verdict, r.metered_ml, r.end_reason, r.attempt, r.offline FROM pour_reports r JOIN grants g ON g.id = r.grant_id
      WHERE g.visit_id = v.id ORDER BY r.id`)} AS reports,
    ${rows(`SELECT r.kind FROM review_items r LEFT JOIN grants g ON g.id = r.grant_id
      WHERE r.visit_id = v.id OR g.visit_id = v.id ORDER BY r.id`)} AS reviews
  FROM visits v JOIN guest_accounts account ON account.guest_id = v.guest_id,
    LATERAL (SELECT count(DISTINCT t.id) AS charges,
        coalesce(-sum(e.amount_minor) FILTER (WHERE a.kind = 'guest'), 0)::bigint AS charged_minor,
        coalesce(-sum(e.amount_minor) FILTER (WHERE a.kind = 'receivable'), 0)::bigint AS receivable_minor
      FROM ledger_transactions t JOIN ledger_entries e ON e.transaction_id = t.id JOIN ledger_accounts a ON a.id = e.account_id
      WHERE t.visit_id = v.id AND t.kind = 'pour') debits
  WHERE v.id = $1`;

export async function readVisit(owner: Sequelize, visit_id: number): Promise<VisitBooks> {
  const { reviews, ...books } = await queryOne<Omit<VisitBooks, 'reviews'> & { reviews: { kind: string }[] }>(
    owner,
    VISIT,
    [visit_id],
  );
  return { ...books, reviews: reviews.map(({ kind }) => kind) };
}
