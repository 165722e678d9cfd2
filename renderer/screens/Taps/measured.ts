import type { MeasuredPour } from '#domain/tap/calibration';

/** As typed: what the meter counted, and what the jug shows. */
export interface Measure {
  pulses: string;
  ml: string;
}
export const NO_MEASURE: Measure = { pulses: '', ml: '' };
/** A jug shows less than that too roughly, and more than that not at all. */
const JUG_ML = { least: 100, most: 20_000 };

/** null: not measured yet, or not measurable. */
export function measuredOf({ pulses, ml }: Measure): MeasuredPour | null {
  const one = { pulses: Number(pulses), ml: Number(ml) };
  return one.pulses >= 1 && one.ml >= JUG_ML.least && one.ml <= JUG_ML.most ? one : null;
}
