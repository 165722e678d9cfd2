/** What a ledger transaction is. Which lines each may have: docs/adr/0001-accounts.md. */
export const LEDGER_KINDS = [
  'top_up',
  'refund',
  'pour',
  'reversal',
  'comp',
  'cash_in',
  'cash_out',
  'adjustment',
  'receivable_paid',
  'write_off',
  'unclaimed',
  'over_short',
  'opening',
] as const;
export type LedgerKind = (typeof LEDGER_KINDS)[number];
