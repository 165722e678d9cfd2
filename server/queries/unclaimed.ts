/**
 * What was booked to `unclaimed` of one guest and not given back, as an SQL expression. `guest_id`: an SQL expression. From the
 * account's entries, of which there are few, not from the guest's transactions.
 */
export const unclaimedOf = (guest_id: string): string => `
  (SELECT coalesce(sum(e.amount_minor), 0)::bigint FROM ledger_accounts ua JOIN ledger_entries e ON e.account_id = ua.id
     JOIN ledger_transactions ut ON ut.id = e.transaction_id WHERE ua.kind = 'unclaimed' AND ut.guest_id = ${guest_id})`;
