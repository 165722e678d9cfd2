import { z } from 'zod';
import { leaseOutlivesPour } from './grant/times.ts';
import { CASH_STEPS, NO_CASH_STEP } from './ledger/cashRounding.ts';

/** What an engineer may set at a bar. Every change is a row of the trail. */
const whole = (max: number) => z.number().int().min(0).max(max);
export const CURRENCIES = ['RUB', 'USD', 'EUR'] as const;

export const barSettings = z.object({
  name: z.string().max(80),
  currency: z.string(),
  time_zone: z.string().max(60),
  age_limit: whole(30),
  language: z.enum(['ru', 'en']),
});

export const pourTimes = z.object({
  start_window_ms: whole(60_000),
  pour_cap_ms: whole(3_600_000),
  lease_ms: whole(3_700_000),
  idle_ms: whole(600_000),
  grace_ms: whole(10_000),
  min_pour_ml: whole(10_000),
  max_pour_ml: whole(100_000),
  keg_allowance_percent: whole(100),
  daily_limit_ml: whole(1_000_000),
  first_flush_ml: whole(1_000),
});
export const LEASE_LAW =
  'lease_ms must be greater than start_window_ms + pour_cap_ms: else the valve could still be open';
export const pourSettings = pourTimes.refine(leaseOutlivesPour, LEASE_LAW);

const tillShape = {
  /** a count that differs by more needs a reason */
  cash_difference_limit_minor: whole(100_000_000),
  /** the smallest sum that the drawer hands out, in the guest's favour */
  cash_step_minor: z.literal(CASH_STEPS),
  /** seconds without a touch until the till asks for a PIN again; 0: never */
  idle_lock_s: whole(86_400),
  /** null: the bar's language */
  receipt_language: z.enum(['ru', 'en']).nullable(),
  /** included in every price */
  vat_permille: whole(1_000),
  /** names and phones of guests are forgotten so long after their last visit */
  retention_months: z.number().int().min(1).max(120),
  /** money that nobody came back for so many days after the last visit goes to `unclaimed` */
  unclaimed_days: z.number().int().min(1).max(3_650),
  /** a keg is low with so little left, or when it ends so soon at the pace of the last hour */
  low_keg_ml: whole(1_000_000),
  low_keg_minutes: whole(1_440),
  /** days after which the till asks for a tap to be cleaned */
  cleaning_days: z.number().int().min(1).max(365),
};
export type TillSettings = z.infer<z.ZodObject<typeof tillShape>>;
export const TILL_DEFAULTS: TillSettings = {
  cash_difference_limit_minor: 10_000,
  cash_step_minor: NO_CASH_STEP,
  idle_lock_s: 0,
  receipt_language: null,
  vat_permille: 0,
  retention_months: 12,
  unclaimed_days: 365,
  low_keg_ml: 3_000,
  low_keg_minutes: 30,
  cleaning_days: 14,
};
const somethingOfTheTill = z.object(tillShape).partial();
/** A bar that was set up before one of these existed has its default. */
export const tillSettings = somethingOfTheTill.transform((set): TillSettings => ({
  ...TILL_DEFAULTS,
  ...set,
}));

/** What may be asked to change: any of a section's values, and no others. */
export const barChange = barSettings
  .extend({ name: z.string().trim().min(1).max(80), currency: z.enum(CURRENCIES) })
  .partial()
  .strict();
export const pourChange = pourTimes.partial().strict();
export const tillChange = somethingOfTheTill.strict();

/** Those that the law of the lease binds: a node may still be working by the old ones. */
export const POUR_TIMES = ['start_window_ms', 'pour_cap_ms', 'lease_ms'] as const;

export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
