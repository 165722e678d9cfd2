/** What beer on the house is poured for. Each has one guest without a name, and at most one active visit. */
export const HOUSE_PURPOSES = ['tasting', 'staff', 'quality', 'training'] as const;
export type HousePurpose = (typeof HOUSE_PURPOSES)[number];
