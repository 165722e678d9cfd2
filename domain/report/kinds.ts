/**
 * Beer that no guest paid for. `foam` is the burst at a keg's end inside a pour, `kick` the one outside; `unbilled` is what a meter
 * reported later than, and beyond, an entry by hand.
 */
export const LOSS_KINDS = [
  'comp',
  'house',
  'reversal',
  'cleaning',
  'leak',
  'after_close',
  'kick',
  'foam',
  'first_flush',
  'unbilled',
] as const;
export type LossKind = (typeof LOSS_KINDS)[number];

/** What somebody decided beside the rules, with a reason. */
export const OVERRIDE_KINDS = [
  'comp',
  'reversal',
  'adjustment',
  'write_off',
  'force_unlock',
  'limit_raised',
  'waived_tap',
  'keg_corrected',
  'money_claimed',
  'drawer_opened',
] as const;
export type OverrideKind = (typeof OVERRIDE_KINDS)[number];
