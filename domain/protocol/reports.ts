import { z } from 'zod';
import { LOSS_KINDS, OVERRIDE_KINDS } from '../report/kinds.ts';
import { lengthInDays, LONGEST_REPORT_DAYS, REPORT_PERIODS } from '../report/period.ts';
import { id } from './till.ts';

/** What the screens ask and get of what was sold, lost and decided over a time. Money minor units, volume ml. */
const count = z.number().int().min(0);
const signed = z.number().int();
const instant = z.iso.datetime();
const day = z.iso.date();

/** A period that the till works out, or business dates, both counted. */
export const reportInput = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.enum(REPORT_PERIODS) }),
  z
    .strictObject({ kind: z.literal('days'), from: day, to: day })
    .refine((days) => lengthInDays(days) >= 1 && lengthInDays(days) <= LONGEST_REPORT_DAYS),
]);
export type ReportInput = z.output<typeof reportInput>;

const sold = { pours: count, ml: count, sales_minor: count };

export const lossRow = z.object({
  kind: z.enum(LOSS_KINDS),
  ml: signed,
  /** at the price of the pour; null: it never had one */
  minor: signed.nullable(),
});
export type LossRow = z.infer<typeof lossRow>;
/** A keg at its end: above 0, it gave less than it should; below, more. */
export const kegVariance = z.object({
  keg_id: id,
  beverage: z.string(),
  size_ml: count,
  at: instant,
  variance_ml: signed,
});
export type KegVariance = z.infer<typeof kegVariance>;
export const liabilityRow = z.object({
  shift_id: id,
  /** null: the shift is open, the figures are of now */
  z_number: count.nullable(),
  at: instant,
  guests_minor: signed,
  receivable_minor: signed,
  unclaimed_minor: signed,
});
export type LiabilityRow = z.infer<typeof liabilityRow>;

export const overrideRow = z.object({
  at: instant,
  kind: z.enum(OVERRIDE_KINDS),
  operator_id: id.nullable(),
  approved_by: id.nullable(),
  visit_id: id.nullable(),
  ml: signed.nullable(),
  minor: signed.nullable(),
  reason: z.string().nullable(),
});
export type OverrideRow = z.infer<typeof overrideRow>;
export const overrideTotal = z.object({
  operator_id: id.nullable(),
  kind: z.enum(OVERRIDE_KINDS),
  count,
  ml: signed,
  minor: signed,
});
export type OverrideTotal = z.infer<typeof overrideTotal>;

export const reportWire = z.object({
  /** business dates, both counted; null: there has been no shift yet */
  from: day.nullable(),
  to: day.nullable(),
  shifts: count,
  /** a shift of it is still open: the figures grow */
  open: z.boolean(),
  totals: z.object({
    ...sold,
    /** after what was comped, reversed and adjusted in the same shifts */
    net_minor: signed,
    /** guests' visits with a pour, those of the house left out */
    visits: count,
    average_minor: count.nullable(),
  }),
  by_day: z.array(z.object({ business_date: day, ...sold })),
  by_hour: z.array(z.object({ hour: z.number().int().min(0).max(23), ...sold })),
  by_tap: z.array(z.object({ tap_number: count, ...sold })),
  by_beverage: z.array(z.object({ beverage_id: id, beverage: z.string(), ...sold })),
  losses: z.array(lossRow),
  keg_variances: z.array(kegVariance),
  liabilities: z.array(liabilityRow),
  overrides: z.object({
    totals: z.array(overrideTotal),
    /** newest first; `more`: the oldest are left out */
    rows: z.array(overrideRow),
    more: z.boolean(),
  }),
});
export type ReportWire = z.infer<typeof reportWire>;
