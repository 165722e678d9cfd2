import { wallClock } from '../shift/businessDate.ts';

export const PRICE_RULE_KINDS = ['percent', 'price'] as const;
export type PriceRuleKind = (typeof PRICE_RULE_KINDS)[number];

export const DAY_MINUTES = 1440;

/** A happy hour, or the price for staff. */
export type PriceRule = {
  /** null: of everything that is sold */
  beverage_id: number | null;
  /** 1 Monday … 7 Sunday: the day on which it begins */
  weekdays: readonly number[];
  /** minutes after local midnight; `until_minute` ≤ `from_minute`: until then of the next day */
  from_minute: number;
  until_minute: number;
  staff_only: boolean;
} & (
  | { kind: 'percent'; percent_off: number }
  /** minor units per litre */
  | { kind: 'price'; price_minor_per_litre: number }
);

export type PricedBeverage = { beverage_id: number; price_minor_per_litre: number };
export type Buyer = 'guest' | 'staff';
export type PriceMoment = { at: Date; time_zone: string; who: Buyer };

/**
 * What a litre costs at this moment: of all rules that apply the lowest price, never above the list price. Which rule was
 * entered first does not matter. @throws RangeError for a zone that is not in the IANA list
 */
export function priceAt(rules: readonly PriceRule[], beverage: PricedBeverage, moment: PriceMoment): number {
  const list = beverage.price_minor_per_litre;
  const prices = rules
    .filter((rule) => rule.beverage_id === null || rule.beverage_id === beverage.beverage_id)
    .filter((rule) => !rule.staff_only || moment.who === 'staff')
    .filter((rule) => isOn(rule, moment))
    .map((rule) => priceBy(rule, list));
  return Math.min(list, ...prices);
}

/** A share is rounded half up, as every price of the bar. */
function priceBy(rule: PriceRule, list: number): number {
  if (rule.kind === 'price') return rule.price_minor_per_litre;
  return Math.floor((list * (100 - rule.percent_off) + 50) / 100);
}

/** From is inside, until is outside, by the clock on the bar's wall. */
export function isOn(rule: PriceRule, moment: Pick<PriceMoment, 'at' | 'time_zone'>): boolean {
  const wall = new Date(wallClock(moment.at, moment.time_zone));
  const minute = wall.getUTCHours() * 60 + wall.getUTCMinutes();
  const today = wall.getUTCDay() === 0 ? 7 : wall.getUTCDay();
  const yesterday = today === 1 ? 7 : today - 1;
  const { from_minute, until_minute, weekdays } = rule;
  if (from_minute < until_minute)
    return weekdays.includes(today) && minute >= from_minute && minute < until_minute;
  return (
    (weekdays.includes(today) && minute >= from_minute) ||
    (weekdays.includes(yesterday) && minute < until_minute)
  );
}
