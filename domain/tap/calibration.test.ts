import { expect, it } from 'vitest';
import { decideCalibration } from './calibration.ts';

const of = (...pours: [number, number][]) => decideCalibration(pours.map(([pulses, ml]) => ({ pulses, ml })));

it.each([
  [
    'the same three times',
    of([2_700, 500], [2_700, 500], [2_700, 500]),
    { pulses_per_litre: 5_400, spread_permille: 0 },
  ],
  ['the median, not the mean', of([2_700, 500], [2_710, 500], [2_750, 500]), { pulses_per_litre: 5_420 }],
  [
    'in any order and of any size',
    of([5_500, 1_000], [1_350, 250], [2_710, 500]),
    { pulses_per_litre: 5_420 },
  ],
  [
    '3 % apart',
    of([1_000, 1_000], [1_000, 1_000], [1_030, 1_000]),
    { effect: 'calibrate', spread_permille: 30 },
  ],
  ['more than that', of([1_000, 1_000], [1_000, 1_000], [1_031, 1_000]), { code: 'calibration.spread' }],
  ['no meter counts so little', of([1, 5_000], [1, 5_000], [1, 5_000]), { code: 'calibration.out_of_range' }],
  ['nor so much', of([999_999, 100], [999_999, 100], [999_999, 100]), { code: 'calibration.out_of_range' }],
])('%s', (_name, decision, expected) => {
  expect(decision).toMatchObject(expected);
});
