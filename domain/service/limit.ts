import type { MoneySettings, ServiceSettings } from '../moneySettings.ts';
import type { HousePurpose } from '../visit/house.ts';

/** How much a guest may be served on one business date. Counted by guest, so that another visit does not begin anew. */
export type ServiceLaw = ServiceSettings & { daily_limit_ml: number };
/** A purpose of the house has a cap of its own, always in ml. */
export function serviceLawOf(
  rules: { service: ServiceSettings; money: MoneySettings; pour: { daily_limit_ml: number } },
  house: HousePurpose | null,
): ServiceLaw {
  const { service, money, pour } = rules;
  if (house === null) return { ...service, daily_limit_ml: pour.daily_limit_ml };
  return { ...service, unit: 'ml', daily_limit_ml: money.house_ml_per_day[house] };
}

export type Served = {
  ml: number;
  /** pure alcohol, µg */
  ethanol_ug: number;
  /** what a shift lead has allowed on top, for this business date */
  extra_ml: number;
  extra_grams: number;
};
export const NOTHING_SERVED: Served = { ml: 0, ethanol_ug: 0, extra_ml: 0, extra_grams: 0 };

export const SERVICE_LEVELS = ['ok', 'warning', 'reached'] as const;
export type ServiceLevel = (typeof SERVICE_LEVELS)[number];
export type ServiceState = {
  unit: ServiceSettings['unit'];
  limit: number;
  used: number;
  level: ServiceLevel;
};

/** ml × ABV × 0.789 g: of one millilitre at one permille, in µg */
export const UG_PER_ML_AND_PERMILLE = 789;
const UG = 1_000_000;

/** What may still be poured of a beverage of this strength. Without alcohol the limit in grams never ends. */
export function serviceLeftMl(law: ServiceLaw, served: Served, abv_permille: number): number {
  if (law.unit === 'ml') return law.daily_limit_ml + served.extra_ml - served.ml;
  if (abv_permille === 0) return Number.MAX_SAFE_INTEGER;
  const left_ug = (law.limit_grams + served.extra_grams) * UG - served.ethanol_ug;
  return Math.floor(left_ug / (abv_permille * UG_PER_ML_AND_PERMILLE));
}

/** As the till shows it, in the unit of the law. */
export function serviceState(law: ServiceLaw, served: Served): ServiceState {
  const { unit } = law;
  const limit = unit === 'ml' ? law.daily_limit_ml + served.extra_ml : law.limit_grams + served.extra_grams;
  const exact = unit === 'ml' ? served.ml : served.ethanol_ug / UG;
  const level = exact >= limit ? 'reached' : exact * 100 >= limit * law.warn_percent ? 'warning' : 'ok';
  return { unit, limit, used: Math.round(exact), level };
}
