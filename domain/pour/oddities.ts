import { pulsesToMl } from '../quantity/volume.ts';
import { MAX_OVERSHOOT_ML } from '../tap/overshoot.ts';

/** What an authentic report may say that cannot be true. It is booked all the same; a person looks. */
export const ODDITIES = ['ml_not_pulses', 'above_physical_rate', 'above_grant'] as const;
export type Oddity = (typeof ODDITIES)[number];

/** 30 litres a minute: more than any beer line gives and any of the meters can count. */
export const MAX_FLOW_ML_PER_S = 500;
/** What may flow in no time: a report's duration is rounded. */
const BURST_ML = 100;
/** A pour that a power cut ended is put together from two counts, each rounded. */
const ROUNDING_ML = 1;

export type OddityFacts = {
  pulses: number;
  metered_ml: number;
  duration_ms: number;
  /** of the version that the report names, at this tap; null: the tap never had it */
  pulses_per_litre: number | null;
  limit_ml: number;
};

export function oddities(facts: OddityFacts): Oddity[] {
  const { pulses, metered_ml, duration_ms, pulses_per_litre, limit_ml } = facts;
  const found: Oddity[] = [];
  const counted_ml = pulses_per_litre === null ? null : pulsesToMl(pulses, pulses_per_litre);
  if (counted_ml === null || Math.abs(counted_ml - metered_ml) > ROUNDING_ML) found.push('ml_not_pulses');
  if (metered_ml > BURST_ML + (MAX_FLOW_ML_PER_S * duration_ms) / 1000) found.push('above_physical_rate');
  if (metered_ml > limit_ml + MAX_OVERSHOOT_ML) found.push('above_grant');
  return found;
}
