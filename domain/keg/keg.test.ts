import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideTakeOff, KEG_FATES } from './decideTakeOff.ts';
import { forecastMinutes, isLow } from './forecast.ts';
import { KEG_STATES } from './states.ts';
import { inOpeningOrder } from './suggest.ts';

const day = (n: number) => new Date(Date.UTC(2026, 10, n));

describe('the order of opening', () => {
  it('M7: a partial keg first, then the oldest received, then the smaller number', () => {
    const kegs = [
      { keg_id: 1, received_at: day(3), opened_at: null },
      { keg_id: 2, received_at: day(2), opened_at: null },
      { keg_id: 3, received_at: day(5), opened_at: day(6) },
      { keg_id: 4, received_at: day(2), opened_at: null },
      { keg_id: 5, received_at: day(4), opened_at: day(7) },
    ];
    expect(inOpeningOrder(kegs).map((keg) => keg.keg_id)).toEqual([5, 3, 2, 4, 1]);
  });

  it('M7: the same kegs are in the same order, however they come', () => {
    const keg = fc.record({
      keg_id: fc.nat(),
      received_at: fc.integer({ min: 1, max: 4 }).map(day),
      opened_at: fc.option(fc.integer({ min: 1, max: 4 }).map(day)),
    });
    const kegs = fc.uniqueArray(keg, { selector: ({ keg_id }) => keg_id });
    fc.assert(
      fc.property(
        kegs.chain((some) =>
          fc.tuple(
            fc.constant(some),
            fc.shuffledSubarray(some, { minLength: some.length, maxLength: some.length }),
          ),
        ),
        ([some, shuffled]) => {
          expect(inOpeningOrder(shuffled)).toEqual(inOpeningOrder(some));
        },
      ),
    );
  });
});

describe('a low keg', () => {
  const law = { low_keg_ml: 5_000, low_keg_minutes: 30 };
  it.each([
    [12_000, 6_000, 60, 120],
    [12_000, 6_001, 60, 119],
    [12_000, 0, 60, null],
    [12_000, -200, 60, null],
    [0, 100, 60, 0],
    [-700, 100, 60, 0],
  ])(
    '%i ml left, %i ml flowed in %i minutes: %s minutes',
    (remaining_ml, flowed_ml, window_minutes, minutes) => {
      expect(forecastMinutes({ remaining_ml, flowed_ml, window_minutes })).toBe(minutes);
    },
  );

  it.each([
    [5_000, null, true],
    [5_001, null, false],
    [20_000, 30, true],
    [20_000, 31, false],
    [-100, null, true],
  ])('%i ml with %s minutes to go: %s', (remaining_ml, minutes, low) => {
    expect(isLow(remaining_ml, minutes, law)).toBe(low);
  });
});

describe('taking a keg off', () => {
  it('is refused without a keg, and while a pour may run', () => {
    for (const fate of KEG_FATES) {
      expect(decideTakeOff({ keg_state: null, pour_may_run: false, fate })).toMatchObject({
        code: 'tap.has_no_keg',
      });
      for (const keg_state of KEG_STATES)
        expect(decideTakeOff({ keg_state, pour_may_run: true, fate })).toMatchObject({
          code: 'tap.pour_may_run',
        });
    }
  });

  it('keeps a partial keg’s remainder and books that of one at its end', () => {
    const off = (fate: (typeof KEG_FATES)[number]) =>
      decideTakeOff({ keg_state: 'on_tap', pour_may_run: false, fate });
    expect(off('partial')).toEqual({ effect: 'take_off', state: 'in_store', book_rest: false });
    expect(off('empty')).toEqual({ effect: 'take_off', state: 'empty', book_rest: true });
    expect(off('returned')).toEqual({ effect: 'take_off', state: 'returned', book_rest: true });
  });
});
