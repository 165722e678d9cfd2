import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { priceAt } from './rules.ts';
import type { PriceMoment, PriceRule } from './rules.ts';

const BEER = { beverage_id: 7, price_minor_per_litre: 30_000 };
const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7];
const percent = (percent_off: number, change: Partial<PriceRule> = {}): PriceRule =>
  ({
    beverage_id: null,
    weekdays: EVERY_DAY,
    from_minute: 17 * 60,
    until_minute: 19 * 60,
    staff_only: false,
    kind: 'percent',
    percent_off,
    ...change,
  }) as PriceRule;
/** Tuesday in Moscow, three hours ahead of UTC */
const at = (utc: string, change: Partial<PriceMoment> = {}): PriceMoment => ({
  at: new Date(`2026-11-${utc}:00Z`),
  time_zone: 'Europe/Moscow',
  who: 'guest',
  ...change,
});

describe('priceAt', () => {
  it.each([
    ['24T13:59', 30_000, 'a minute before'],
    ['24T14:00', 24_000, 'from is inside'],
    ['24T15:59', 24_000, 'the last minute'],
    ['24T16:00', 30_000, 'until is outside'],
  ])('%s UTC: %i (%s), by the bar’s own clock', (utc, price) => {
    expect(priceAt([percent(20)], BEER, at(utc))).toBe(price);
  });

  it('past midnight the rule is of the day on which it began', () => {
    const friday = [percent(50, { weekdays: [5], from_minute: 22 * 60, until_minute: 2 * 60 })];
    expect(priceAt(friday, BEER, at('27T20:00'))).toBe(15_000);
    expect(priceAt(friday, BEER, at('27T22:30'))).toBe(15_000);
    expect(priceAt(friday, BEER, at('27T23:00'))).toBe(30_000);
    expect(priceAt(friday, BEER, at('26T22:30'))).toBe(30_000);
    const sunday = [percent(50, { weekdays: [7], from_minute: 22 * 60, until_minute: 2 * 60 })];
    expect(priceAt(sunday, BEER, at('29T22:30'))).toBe(15_000);
  });

  it('a whole day, and the clock’s change, are the wall’s', () => {
    const day = [percent(10, { from_minute: 0, until_minute: 1440, weekdays: [7] })];
    const berlin = { time_zone: 'Europe/Berlin' };
    expect(priceAt(day, BEER, { ...at('01T12:00'), ...berlin, at: new Date('2026-10-25T22:30:00Z') })).toBe(
      27_000,
    );
    expect(priceAt(day, BEER, { ...at('01T12:00'), ...berlin, at: new Date('2026-10-25T23:00:00Z') })).toBe(
      30_000,
    );
  });

  it('another beverage’s rule does not apply, nor the staff’s to a guest', () => {
    const moment = at('24T15:00');
    expect(priceAt([percent(20, { beverage_id: 8 })], BEER, moment)).toBe(30_000);
    expect(priceAt([percent(20, { beverage_id: 7 })], BEER, moment)).toBe(24_000);
    const staff = [percent(60, { staff_only: true })];
    expect(priceAt(staff, BEER, moment)).toBe(30_000);
    expect(priceAt(staff, BEER, { ...moment, who: 'staff' })).toBe(12_000);
  });

  it('a share is rounded half up: 14.90 less 33 % is 9.98', () => {
    expect(priceAt([percent(33)], { beverage_id: 1, price_minor_per_litre: 1490 }, at('24T15:00'))).toBe(998);
  });

  it('of several the lowest counts, in whatever order, and a dearer one never raises the price', () => {
    const price = (price_minor_per_litre: number): PriceRule => ({
      ...percent(1),
      kind: 'price',
      price_minor_per_litre,
    });
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.integer({ min: 1, max: 100 }).map((p) => percent(p)),
            fc.nat(60_000).map(price),
          ),
        ),
        (rules) => {
          const now = priceAt(rules, BEER, at('24T15:00'));
          expect(now).toBe(priceAt([...rules].reverse(), BEER, at('24T15:00')));
          expect(now).toBe(Math.min(30_000, ...rules.map((rule) => priceAt([rule], BEER, at('24T15:00')))));
          expect(Number.isSafeInteger(now) && now >= 0).toBe(true);
        },
      ),
    );
  });
});
