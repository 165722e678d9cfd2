import { z } from 'zod';
import { PAYMENT_METHODS } from '../ledger/accounts.ts';
import { vatIncluded } from './vat.ts';

/** What every cash register behind the boundary must take. It is told at least once: the key says which is the same. */
const id = z
  .number()
  .int()
  .nullish()
  .transform((value) => value ?? null);
const minor = z.number().int();
const fiscal = {
  currency: z.string().default(''),
  vat_permille: z.number().int().min(0).default(0),
  /** the key of the notice that this one takes back */
  reverses: z
    .string()
    .nullish()
    .transform((value) => value ?? null),
};
const people = { operator_id: id, till_id: id, shift_id: id, visit_id: id };

export const moneyFacts = z.object({
  ...people,
  ...fiscal,
  transaction_id: id,
  amount_minor: minor,
  /** what cash was rounded by in the guest's favour: that much more was handed out, or less taken */
  rounded_minor: minor.default(0),
  method: z.enum(PAYMENT_METHODS),
});
export const pourFacts = z.object({
  ...people,
  ...fiscal,
  grant_id: z.string(),
  ml: z.number().int(),
  price_minor_per_litre: minor,
  cost_minor: minor,
  paid_minor: minor,
  unpaid_minor: minor,
  beverage_id: id,
  beverage: z.string().default(''),
  keg_id: id,
  marking_code: z
    .string()
    .nullish()
    .transform((value) => value ?? null),
});
/** Shifts and kegs: what happened and its figures, as the till booked them. */
export const plainFacts = z.record(z.string(), z.unknown());

type Head = {
  /** the same for every delivery of this notice */
  readonly key: string;
  readonly happened_at: string;
  /** who stood at the till; null: a guest poured for themselves, or the server acted */
  readonly cashier: { readonly operator_id: number; readonly name: string } | null;
};
export type MoneyNotice = Head & z.output<typeof moneyFacts> & { readonly vat_minor: number };
export type PourNotice = Head & z.output<typeof pourFacts> & { readonly vat_minor: number };
export type PlainNotice = Head & { readonly facts: z.output<typeof plainFacts> };

export interface PosAdapter {
  notifyTopup(notice: MoneyNotice): Promise<void>;
  notifyRefund(notice: MoneyNotice): Promise<void>;
  notifyPour(notice: PourNotice): Promise<void>;
  notifyShift(notice: PlainNotice): Promise<void>;
  notifyKeg(notice: PlainNotice): Promise<void>;
}

export function moneyNotice(head: Head, payload: unknown): MoneyNotice {
  const facts = moneyFacts.parse(payload);
  return { ...head, ...facts, vat_minor: vatIncluded(facts.amount_minor, facts.vat_permille) };
}

export function pourNotice(head: Head, payload: unknown): PourNotice {
  const facts = pourFacts.parse(payload);
  return { ...head, ...facts, vat_minor: vatIncluded(facts.cost_minor, facts.vat_permille) };
}

export function plainNotice(head: Head, payload: unknown): PlainNotice {
  return { ...head, facts: plainFacts.parse(payload) };
}
