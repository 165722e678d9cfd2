import { isAtLeast } from '#domain/staff/roles';
import type { Role } from '#domain/staff/roles';

/** Who may call a procedure. Every procedure has one of these in its `meta`; the matrix is generated from there. */
export const TILL_RULES = ['anyone', 'window', 'station', 'cashier', 'shift_lead', 'engineer'] as const;
export const LAN_RULES = ['anyone', 'node'] as const;
export type TillRule = (typeof TILL_RULES)[number];
export type LanRule = (typeof LAN_RULES)[number];
export interface TillMeta {
  readonly may: TillRule;
}
export interface LanMeta {
  readonly may: LanRule;
}

export const mayAct: (role: Role, atLeast: Role) => boolean = isAtLeast;
