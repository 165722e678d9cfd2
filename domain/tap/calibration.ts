import type { ErrorCode } from '../errors.ts';

/** Three pours that differ by more than this share of their median say nothing: foam, air, a loose wire. */
export const MAX_SPREAD_PERMILLE = 30;
const MAX_PULSES_PER_LITRE = 1_000_000;

/** The middle one of so many counts. */
export const MEASURED_POURS = 3;

/** One pour into a measuring jug. */
export type MeasuredPour = { pulses: number; ml: number };
export type CalibrationDecision =
  | { effect: 'calibrate'; pulses_per_litre: number; spread_permille: number }
  | {
      effect: 'refuse';
      code: Extract<ErrorCode, 'calibration.spread' | 'calibration.out_of_range'>;
      spread_permille: number;
    };

/** The median of MEASURED_POURS, and how far the others are from each other. */
export function decideCalibration(measured: readonly MeasuredPour[]): CalibrationDecision {
  const factors = measured.map(({ pulses, ml }) => (pulses * 1000) / ml).sort((a, b) => a - b);
  const [low = 0, median = 0, high = 0] = factors;
  const pulses_per_litre = Math.round(median);
  if (pulses_per_litre < 1 || pulses_per_litre > MAX_PULSES_PER_LITRE)
    return { effect: 'refuse', code: 'calibration.out_of_range', spread_permille: 0 };
  const spread_permille = Math.ceil(((high - low) * 1000) / median);
  if (spread_permille > MAX_SPREAD_PERMILLE)
    return { effect: 'refuse', code: 'calibration.spread', spread_permille };
  return { effect: 'calibrate', pulses_per_litre, spread_permille };
}
