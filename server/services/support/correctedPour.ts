import type { ChargedPour, Correction } from '#domain/pour/charge';
import type { Sequelize } from 'sequelize';
import type { Unit } from '../../db/inTransaction.ts';
import { query, queryOne } from '../../db/query.ts';

/** A grant and what it was charged; nothing where it ended without a charge. */
export type CorrectedPour = {
  grant_id: string;
  pour_id: number | null;
  visit_id: number;
  guest_id: number;
  tap_id: number;
  keg_id: number;
  beverage_id: number;
  pour: ChargedPour;
};

type Row = Omit<CorrectedPour, 'pour'> & Omit<ChargedPour, 'corrections'>;

/** Read under the lock of the guest's account when something is decided by it. */
export async function correctedPour(where: Unit | Sequelize, grant_id: string): Promise<CorrectedPour> {
  const row = await queryOne<Row>(
    where,
    `SELECT g.id AS grant_id, p.id AS pour_id, g.visit_id, g.guest_id, g.tap_id, coalesce(p.keg_id, g.keg_id) AS keg_id,
       coalesce(p.beverage_id, g.beverage_id) AS beverage_id, g.price_minor_per_litre, coalesce(p.billed_ml, 0) AS billed_ml,
       coalesce(p.cost_minor, 0) AS cost_minor, coalesce(p.cost_minor - p.paid_minor, 0) AS unpaid_minor,
       coalesce((SELECT sum(e.amount_minor) FROM ledger_accounts a JOIN ledger_entries e ON e.account_id = a.id
         JOIN ledger_transactions t ON t.id = e.transaction_id AND t.kind = 'write_off'
         WHERE a.kind = 'receivable' AND a.guest_id = g.guest_id), 0)::bigint AS written_off_minor
     FROM grants g LEFT JOIN pours p ON p.grant_id = g.id AND p.sync_status IN ('synced', 'reconciled') WHERE g.id = $1`,
    [grant_id],
  );
  const corrections = await query<Correction>(
    where,
    'SELECT kind, ml, amount_minor FROM pour_corrections WHERE grant_id = $1 ORDER BY id',
    [grant_id],
  );
  const { billed_ml, cost_minor, unpaid_minor, price_minor_per_litre, written_off_minor, ...who } = row;
  return {
    ...who,
    pour: { billed_ml, cost_minor, unpaid_minor, price_minor_per_litre, written_off_minor, corrections },
  };
}
