import { expect, it } from 'vitest';
import { decideGaps } from './decideGaps.ts';

const quiet = {
  meter_total_ml: 2_000,
  meter_base_ml: 500,
  booked_ml: 1_500,
  shown_gap_ml: 0,
  seq_high: 3,
  seq_said: 3,
  shown_seq: 0,
};
const nothing = { meter_base_ml: 500, meter_gap_ml: null, seq_gap: null };

it.each([
  ['everything has come in', {}, nothing],
  ['a journal that the till meets with pours behind it', { meter_base_ml: null }, nothing],
  ['14 ml are rounding', { meter_total_ml: 2_014 }, nothing],
  ['15 ml are a gap', { meter_total_ml: 2_015 }, { ...nothing, meter_gap_ml: 15 }],
  ['a gap that was shown', { meter_total_ml: 2_300, shown_gap_ml: 300 }, nothing],
  ['one that has grown', { meter_total_ml: 2_400, shown_gap_ml: 300 }, { ...nothing, meter_gap_ml: 400 }],
  ['more came in than the meter saw, after a power cut', { meter_total_ml: 1_950 }, nothing],
  ['rows that never came', { seq_said: 6 }, { ...nothing, seq_gap: { from_seq: 4, to_seq: 6 } }],
  ['and were shown', { seq_said: 6, shown_seq: 6 }, nothing],
])('%s', (_name, change, decision) => {
  expect(decideGaps({ ...quiet, ...change })).toEqual(decision);
});
