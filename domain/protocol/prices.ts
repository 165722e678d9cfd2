import { z } from 'zod';
import { DAY_MINUTES } from '../price/rules.ts';
import { MAX_PRICE_MINOR_PER_LITRE } from '../quantity/money.ts';
import { id, reason, requestId } from './till.ts';

/** Happy hours and the price for staff. */
const percent = z.strictObject({ kind: z.literal('percent'), percent_off: z.number().int().min(1).max(100) });
const price = z.strictObject({
  kind: z.literal('price'),
  price_minor_per_litre: z.number().int().min(0).max(MAX_PRICE_MINOR_PER_LITRE),
});
const effect = z.discriminatedUnion('kind', [percent, price]);
const terms = {
  name: z.string().trim().min(1).max(80),
  /** null: everything that is sold */
  beverage_id: id.nullable(),
  /** 1 Monday … 7 Sunday */
  weekdays: z
    .array(z.number().int().min(1).max(7))
    .min(1)
    .max(7)
    .refine((days) => new Set(days).size === days.length, 'each day once'),
  /** minutes after local midnight; until ≤ from: until then of the next day */
  from_minute: z
    .number()
    .int()
    .min(0)
    .max(DAY_MINUTES - 1),
  until_minute: z.number().int().min(1).max(DAY_MINUTES),
  staff_only: z.boolean(),
  effect,
};

export const setPriceRuleInput = z
  .strictObject({
    request_id: requestId,
    /** the rule that this one takes the place of */
    replaces: id.nullable(),
    ...terms,
    reason,
  })
  .refine(({ from_minute, until_minute }) => from_minute !== until_minute, {
    path: ['until_minute'],
    message: 'a rule needs some time',
  });
export type SetPriceRuleInput = z.infer<typeof setPriceRuleInput>;
export const removePriceRuleInput = z.strictObject({ request_id: requestId, rule_id: id, reason });
export type RemovePriceRuleInput = z.infer<typeof removePriceRuleInput>;

export const priceRuleWire = z.object({
  rule_id: id,
  ...terms,
  beverage: z.string().nullable(),
  /** somewhere, for somebody, right now */
  on_now: z.boolean(),
});
export type PriceRuleWire = z.infer<typeof priceRuleWire>;
export const ruleRemoved = z.object({ rule_id: id });
export type RuleRemoved = z.infer<typeof ruleRemoved>;

export const setStaffInput = z.strictObject({
  request_id: requestId,
  guest_id: id,
  staff: z.boolean(),
  reason,
});
export type SetStaffInput = z.infer<typeof setStaffInput>;
export const staffSet = z.object({ guest_id: id, staff: z.boolean() });
export type StaffSet = z.infer<typeof staffSet>;
