import { expect, it } from 'vitest';
import { oddities } from './oddities.ts';

const pour = { pulses: 2_700, metered_ml: 500, duration_ms: 12_000, pulses_per_litre: 5_400, limit_ml: 500 };

it.each([
  ['a pour as it should be', {}, []],
  ['a millilitre of rounding', { metered_ml: 501 }, []],
  ['two millilitres too few', { metered_ml: 498 }, ['ml_not_pulses']],
  ['nothing for many pulses', { metered_ml: 0 }, ['ml_not_pulses']],
  ['a calibration that the tap never had', { pulses_per_litre: null }, ['ml_not_pulses']],
  ['half a litre a second', { duration_ms: 800 }, []],
  ['more than any line gives', { duration_ms: 799 }, ['above_physical_rate']],
  ['all that may flow after the close', { pulses: 3_780, metered_ml: 700 }, []],
  ['more than that', { pulses: 3_785, metered_ml: 701 }, ['above_grant']],
  [
    'everything at once',
    { metered_ml: 9_000, duration_ms: 0 },
    ['ml_not_pulses', 'above_physical_rate', 'above_grant'],
  ],
])('%s', (_name, change, expected) => {
  expect(oddities({ ...pour, ...change })).toEqual(expected);
});
