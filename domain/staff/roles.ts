export const ROLES = ['cashier', 'shift_lead', 'engineer'] as const;
export type Role = (typeof ROLES)[number];

/** Each role may do what those before it may: a small bar has no finer hierarchy. */
export const isAtLeast = (role: Role, atLeast: Role): boolean =>
  ROLES.indexOf(role) >= ROLES.indexOf(atLeast);
