import type { Sequelize } from 'sequelize';
import { DomainError } from '#domain/errors';
import type { MoneyRow } from '#domain/protocol/receipts';
import { chargeOf } from '#domain/pour/charge';
import type { Correction } from '#domain/pour/charge';
import type { MoneyFacts } from '#domain/receipt/money';
import type { NameOf } from '#domain/receipt/shift';
import type { PourFacts, VisitFacts } from '#domain/receipt/visit';
import { query } from '../db/query.ts';

/** The facts of a receipt, read when it is shown or printed. */
const LAST_CARD = `(SELECT c.uid FROM visit_cards vc JOIN cards c ON c.id = vc.card_id WHERE vc.visit_id = v.id ORDER BY vc.id DESC LIMIT 1) AS card_uid`;
/** Each top-up and refund with the one account that money came from or went to. */
const CHANGED_HANDS = `
  ledger_transactions t JOIN ledger_entries e ON e.transaction_id = t.id
  JOIN ledger_accounts a ON a.id = e.account_id AND a.kind IN ('cash', 'card_terminal')
  WHERE t.kind IN ('top_up', 'refund')`;

/** What the account `rounding` gave, in such transactions. */
const roundedIn = (
  which: string,
) => `(SELECT coalesce(-sum(re.amount_minor), 0)::bigint FROM ledger_transactions rt
       JOIN ledger_entries re ON re.transaction_id = rt.id JOIN ledger_accounts ra ON ra.id = re.account_id AND ra.kind = 'rounding'
       WHERE ${which})`;

type MoneyRead = Omit<MoneyFacts, 'at'> & { at: Date };

/** @throws DomainError receipt.not_found */
export async function moneyFacts(sequelize: Sequelize, transaction_id: number): Promise<MoneyFacts> {
  const [row] = await query<MoneyRead>(
    sequelize,
    `SELECT t.kind, t.visit_id, gu.name AS guest_name, ${LAST_CARD}, o.name AS cashier, t.reason, t.created_at AS at,
       m.method, m.amount_minor, ${roundedIn('rt.id = t.id')} AS rounded_minor, last.debt_paid_minor,
       (SELECT coalesce(sum(ge.amount_minor), 0)::bigint FROM ledger_accounts ga JOIN ledger_entries ge ON ge.account_id = ga.id
        WHERE ga.kind = 'guest' AND ga.guest_id = t.guest_id AND ge.id <= last.entry_id) AS balance_minor
     FROM (SELECT t.id, a.kind AS method, sum(abs(e.amount_minor))::bigint AS amount_minor
             FROM ${CHANGED_HANDS} AND t.id = $1 GROUP BY t.id, a.kind) m
     JOIN ledger_transactions t ON t.id = m.id JOIN visits v ON v.id = t.visit_id JOIN guests gu ON gu.id = v.guest_id
     LEFT JOIN operators o ON o.id = t.operator_id,
     LATERAL (SELECT max(e2.id) AS entry_id,
         coalesce(sum(e2.amount_minor) FILTER (WHERE a2.kind = 'receivable' AND t2.kind = 'receivable_paid'), 0)::bigint AS debt_paid_minor
       FROM ledger_transactions t2 JOIN ledger_entries e2 ON e2.transaction_id = t2.id JOIN ledger_accounts a2 ON a2.id = e2.account_id
       WHERE t2.visit_id = t.visit_id AND t2.created_at = t.created_at) last`,
    [transaction_id],
  );
  if (!row) throw new DomainError('receipt.not_found');
  return { ...row, at: row.at.toISOString() };
}

/** What may be printed of a visit's money. */
export async function moneyOfVisit(sequelize: Sequelize, visit_id: number): Promise<MoneyRow[]> {
  const rows = await query<Omit<MoneyRow, 'at'> & { at: Date }>(
    sequelize,
    `SELECT t.id AS transaction_id, t.kind, a.kind AS method, sum(abs(e.amount_minor))::bigint AS amount_minor, t.created_at AS at
     FROM ${CHANGED_HANDS} AND t.visit_id = $1 GROUP BY t.id, a.kind ORDER BY t.id DESC`,
    [visit_id],
  );
  return rows.map((row) => ({ ...row, at: row.at.toISOString() }));
}

type VisitHead = Pick<
  VisitFacts,
  'visit_id' | 'guest_name' | 'card_uid' | 'cashier' | 'balance_minor' | 'debt_minor' | 'rounded_minor'
> & {
  closed_at: Date | null;
};
type PourRead = Omit<PourFacts, 'at' | 'charged_minor' | 'manual' | 'was_minor'> & {
  at: Date;
  cost_minor: number | null;
  manual: boolean;
  short_id: string | null;
  corrections: Correction[];
};

/** @throws DomainError receipt.not_found */
export async function visitFacts(
  sequelize: Sequelize,
  visit_id: number,
  now: { at: Date; vat_permille: number },
): Promise<VisitFacts> {
  const [visits, pours, money] = await Promise.all([
    query<VisitHead>(
      sequelize,
      `SELECT v.id AS visit_id, gu.name AS guest_name, ${LAST_CARD}, v.closed_at, acc.balance_minor,
         (SELECT o.name FROM audit_events au JOIN operators o ON o.id = au.operator_id
          WHERE au.visit_id = v.id ORDER BY au.id DESC LIMIT 1) AS cashier,
         (SELECT coalesce(-sum(e.amount_minor), 0)::bigint FROM ledger_accounts a JOIN ledger_entries e ON e.account_id = a.id
          WHERE a.kind = 'receivable' AND a.guest_id = v.guest_id) AS debt_minor,
         ${roundedIn(`rt.visit_id = v.id AND rt.kind = 'refund'`)} AS rounded_minor
       FROM visits v JOIN guests gu ON gu.id = v.guest_id JOIN guest_accounts acc ON acc.guest_id = gu.id WHERE v.id = $1`,
      [visit_id],
    ),
    query<PourRead>(
      sequelize,
      `SELECT p.poured_at AS at, b.name AS beverage, ta.number AS tap_number, p.billed_ml AS ml, p.cost_minor,
         p.price_minor_per_litre, p.source = 'manual' AS manual, p.short_id,
         coalesce((SELECT jsonb_agg(jsonb_build_object('kind', c.kind, 'ml', c.ml, 'amount_minor', c.amount_minor) ORDER BY c.id)
           FROM pour_corrections c WHERE c.grant_id = p.grant_id), '[]') AS corrections
       FROM pours p JOIN taps ta ON ta.id = p.tap_id JOIN beverages b ON b.id = p.beverage_id
       WHERE p.visit_id = $1 AND p.sync_status <> 'void' ORDER BY p.poured_at, p.id`,
      [visit_id],
    ),
    moneyOfVisit(sequelize, visit_id),
  ]);
  const [visit] = visits;
  if (!visit) throw new DomainError('receipt.not_found');
  const { closed_at, ...head } = visit;
  return {
    ...head,
    at: (closed_at ?? now.at).toISOString(),
    vat_permille: now.vat_permille,
    pours: pours.map(presentPour),
    topped_up: byMethod(money, 'top_up'),
    refunded: byMethod(money, 'refund'),
  };
}

function presentPour({ corrections, cost_minor, short_id, manual, at, ...pour }: PourRead): PourFacts {
  const facts = { ...pour, at: at.toISOString(), manual: manual ? { short_id } : null };
  if (cost_minor === null || pour.ml === null || corrections.length === 0)
    return { ...facts, charged_minor: cost_minor, was_minor: null };
  const { charged_minor, left_ml } = chargeOf({ billed_ml: pour.ml, cost_minor, corrections });
  return { ...facts, ml: left_ml, charged_minor, was_minor: cost_minor };
}

function byMethod(rows: readonly MoneyRow[], kind: MoneyRow['kind']): VisitFacts['topped_up'] {
  const sums = new Map<MoneyRow['method'], number>();
  for (const row of rows)
    if (row.kind === kind) sums.set(row.method, (sums.get(row.method) ?? 0) + row.amount_minor);
  return [...sums].map(([method, amount_minor]) => ({ method, amount_minor }));
}

export async function operatorNames(sequelize: Sequelize): Promise<NameOf> {
  const rows = await query<{ id: number; name: string }>(sequelize, 'SELECT id, name FROM operators');
  const names = new Map(rows.map(({ id, name }) => [id, name]));
  return (operator_id) => names.get(operator_id) ?? null;
}
