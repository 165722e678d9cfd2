import { z } from 'zod';
import { ROLES } from './staff/roles.ts';
import type { Role } from './staff/roles.ts';
import { HOUSE_PURPOSES } from './visit/house.ts';
import type { HousePurpose } from './visit/house.ts';

/** What a bar decides about debts, what its staff gives away, and how much it serves to one guest. */
const ml = z.number().int().min(0).max(1_000_000);

const moneyShape = {
  /** an open debt refuses every card of the guest (`debt_open`) */
  debt_refuses: z.boolean(),
  /** a top-up goes to the guest's debt first */
  debt_from_top_up: z.boolean(),
  /** what one person of a role may comp or reverse on a business date, by their own word */
  comp_ml_per_day: z.strictObject(
    Object.fromEntries(ROLES.map((role) => [role, ml])) as Record<Role, typeof ml>,
  ),
  /** what each purpose of the house may pour on a business date */
  house_ml_per_day: z.strictObject(
    Object.fromEntries(HOUSE_PURPOSES.map((purpose) => [purpose, ml])) as Record<HousePurpose, typeof ml>,
  ),
};
export type MoneySettings = z.infer<z.ZodObject<typeof moneyShape>>;
export const MONEY_DEFAULTS: MoneySettings = {
  debt_refuses: true,
  debt_from_top_up: true,
  comp_ml_per_day: { cashier: 1_000, shift_lead: 10_000, engineer: 1_000_000 },
  house_ml_per_day: { tasting: 2_000, staff: 2_000, quality: 1_000, training: 2_000 },
};
const somethingOfMoney = z.object(moneyShape).partial();
export const moneyChange = somethingOfMoney.strict();
export const moneySettings = somethingOfMoney.transform((set): MoneySettings => ({
  ...MONEY_DEFAULTS,
  ...set,
}));

export const SERVICE_UNITS = ['ml', 'grams'] as const;
const serviceShape = {
  /** `ml`: pour.daily_limit_ml counts; `grams`: of pure alcohol, limit_grams counts */
  unit: z.enum(SERVICE_UNITS),
  limit_grams: z.number().int().min(0).max(100_000),
  /** part of the limit from which the till warns */
  warn_percent: z.number().int().min(1).max(100),
};
export type ServiceSettings = z.infer<z.ZodObject<typeof serviceShape>>;
export const SERVICE_DEFAULTS: ServiceSettings = { unit: 'ml', limit_grams: 80, warn_percent: 80 };
const somethingOfService = z.object(serviceShape).partial();
export const serviceChange = somethingOfService.strict();
export const serviceSettings = somethingOfService.transform((set): ServiceSettings => ({
  ...SERVICE_DEFAULTS,
  ...set,
}));
