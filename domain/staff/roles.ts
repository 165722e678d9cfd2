export const ROLES = ['cashier', 'shift_lead', 'engineer'] as const;
export type Role = (typeof ROLES)[number];
