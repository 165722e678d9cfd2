import { DomainError } from '#domain/errors';
import type { PaymentMethod } from '#domain/ledger/accounts';
import type { Unit } from '../../db/inTransaction.ts';
import { query, queryOne } from '../../db/query.ts';
import type { LedgerAccountRef } from './postLedger.ts';

/** Where the money of a payment lies: the drawer of the till, or the card terminal. */
export async function paymentAccount(
  unit: Unit,
  method: PaymentMethod,
  till_id: number,
): Promise<LedgerAccountRef> {
  if (method === 'card_terminal') return { kind: 'card_terminal' };
  const [till] = await query<{ drawer_id: number | null }>(
    unit,
    'SELECT drawer_id FROM tills WHERE id = $1',
    [till_id],
  );
  const drawer_id = till?.drawer_id ?? null;
  if (drawer_id === null) throw new DomainError('input.invalid', { path: 'method', problem: 'no_drawer' });
  return { kind: 'cash', drawer_id };
}

/** Top-ups less refunds of a guest by one method, all time: what may go back that way, before cash is rounded. */
export async function takenByMethod(unit: Unit, guest_id: number, method: PaymentMethod): Promise<number> {
  const row = await queryOne<{ taken_minor: number }>(
    unit,
    `SELECT coalesce(sum(own.amount_minor), 0)::bigint AS taken_minor
     FROM ledger_accounts mine
     JOIN ledger_entries own ON own.account_id = mine.id
     JOIN ledger_transactions t ON t.id = own.transaction_id AND t.kind IN ('top_up', 'refund')
     JOIN ledger_entries paid ON paid.transaction_id = t.id
     JOIN ledger_accounts a ON a.id = paid.account_id AND a.kind = $2
     WHERE mine.kind = 'guest' AND mine.guest_id = $1`,
    [guest_id, method],
  );
  return row.taken_minor;
}

/** What the guest owes: the unpaid parts of past pours, as a positive figure. */
export async function debtOf(unit: Unit, guest_id: number): Promise<number> {
  const row = await queryOne<{ debt_minor: number }>(
    unit,
    `SELECT coalesce(-sum(e.amount_minor), 0)::bigint AS debt_minor FROM ledger_accounts a
     JOIN ledger_entries e ON e.account_id = a.id WHERE a.kind = 'receivable' AND a.guest_id = $1`,
    [guest_id],
  );
  return row.debt_minor;
}
