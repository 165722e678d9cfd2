import type { ReceivableRow } from '#domain/protocol/corrections';
import type { Sequelize } from 'sequelize';
import type { Unit } from '../db/inTransaction.ts';
import { query } from '../db/query.ts';

/** Who owes what, the largest debt first. `since`: when the first part of any debt was booked. */
export async function receivables(where: Unit | Sequelize): Promise<ReceivableRow[]> {
  const rows = await query<Omit<ReceivableRow, 'since'> & { since: Date }>(
    where,
    `SELECT a.guest_id, g.name AS guest_name, (-sum(e.amount_minor))::bigint AS debt_minor,
       min(t.created_at) FILTER (WHERE e.amount_minor < 0) AS since,
       (SELECT v.id FROM visits v WHERE v.guest_id = a.guest_id AND v.state = 'active') AS active_visit_id
     FROM ledger_accounts a JOIN ledger_entries e ON e.account_id = a.id JOIN ledger_transactions t ON t.id = e.transaction_id
     JOIN guests g ON g.id = a.guest_id
     WHERE a.kind = 'receivable' GROUP BY a.guest_id, g.name HAVING sum(e.amount_minor) < 0
     ORDER BY sum(e.amount_minor), a.guest_id LIMIT 500`,
  );
  return rows.map((row) => ({ ...row, since: row.since.toISOString() }));
}
