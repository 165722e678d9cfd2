/** What the POS adapter is told. */
export const POS_KINDS = ['topup', 'refund', 'pour', 'shift', 'keg'] as const;
export type PosKind = (typeof POS_KINDS)[number];
