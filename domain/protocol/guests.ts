import { z } from 'zod';
import { approvalInput } from './approval.ts';
import { amountMinor, id, reason, requestId } from './till.ts';

/** What a bar keeps of a person, and what that person may ask of it. Names and phones live in `guests` alone. */
const count = z.number().int().min(0);
const signed = z.number().int();
const instant = z.iso.datetime();
const onGuest = { request_id: requestId, guest_id: id };

export const guestWire = z.object({
  guest_id: id,
  name: z.string().nullable(),
  phone: z.string().nullable(),
  /** what a tap may call them; null: nothing */
  display_name: z.string().nullable(),
  language: z.enum(['ru', 'en']),
  age_confirmed_at: instant.nullable(),
  age_confirmed_by: id.nullable(),
  blocked_at: instant.nullable(),
  blocked_reason: z.string().nullable(),
  consent_at: instant.nullable(),
  /** drinks at the price for staff, where there is one */
  staff: z.boolean(),
  erased_at: instant.nullable(),
  created_at: instant,
  balance_minor: signed,
  receivable_minor: signed,
  /** booked to nobody after long, theirs when they come back */
  unclaimed_minor: count,
  active_visit_id: id.nullable(),
  visits: count,
  last_visit_at: instant.nullable(),
});
export type GuestWire = z.infer<typeof guestWire>;

export const byGuest = z.strictObject({ guest_id: id });
/** What is left out stays; null takes away. */
export const updateGuestInput = z.strictObject({
  ...onGuest,
  name: z.string().trim().min(1).max(80).nullable().optional(),
  phone: z.string().max(30).nullable().optional(),
  display_name: z.string().trim().min(1).max(40).nullable().optional(),
  language: z.enum(['ru', 'en']).optional(),
});
export type UpdateGuestInput = z.infer<typeof updateGuestInput>;
export const confirmAgeInput = z.strictObject(onGuest);
export type ConfirmAgeInput = z.infer<typeof confirmAgeInput>;
export const setConsentInput = z.strictObject({ ...onGuest, given: z.boolean() });
export type SetConsentInput = z.infer<typeof setConsentInput>;
export const setBlockedInput = z.strictObject({ ...onGuest, blocked: z.boolean(), reason });
export type SetBlockedInput = z.infer<typeof setBlockedInput>;

export const eraseGuestInput = z.strictObject({
  ...onGuest,
  reason,
  /** money that is still there becomes nobody's; else the guest takes it back first */
  remainder: z.enum(['none', 'unclaimed']).default('none'),
  /** a shift lead's PIN */
  approval: approvalInput,
});
export type EraseGuestInput = z.output<typeof eraseGuestInput>;

/** Money that was booked to `unclaimed`, for the guest who came back for it. */
export const claimMoneyInput = z.strictObject({
  ...onGuest,
  amount_minor: amountMinor,
  reason,
  /** a shift lead's PIN */
  approval: approvalInput,
});
export type ClaimMoneyInput = z.output<typeof claimMoneyInput>;
export const claimMoneyAnswer = z.object({
  guest_id: id,
  balance_minor: signed,
  /** what can still be claimed */
  unclaimed_minor: count,
});
export type ClaimMoneyAnswer = z.infer<typeof claimMoneyAnswer>;

const rows = z.array(z.record(z.string(), z.unknown()));
/** Everything about one guest, for them to take along. */
export const guestExport = z.object({
  exported_at: instant,
  guest: z.record(z.string(), z.unknown()),
  visits: rows,
  cards: rows,
  grants: rows,
  pours: rows,
  money: rows,
  reviews: rows,
  trail: rows,
});
export type GuestExport = z.infer<typeof guestExport>;
