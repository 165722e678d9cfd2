export const ACCOUNT_KINDS = [
  'guest',
  'receivable',
  'cash',
  'card_terminal',
  'sales',
  'comp',
  'loss',
  'rounding',
  'over_short',
  'unclaimed',
  'opening',
] as const;
export type AccountKind = (typeof ACCOUNT_KINDS)[number];

/** How money is taken or given back at the till. */
export const PAYMENT_METHODS = ['cash', 'card_terminal'] as const;
export type PaymentMethod = (typeof PAYMENT_METHODS)[number];
