import { minor, minorPerLitre } from '../quantity/money.ts';
import { cost } from '../quantity/pricing.ts';
import { millilitres } from '../quantity/volume.ts';

export type BillFacts = {
  ml: number;
  price_minor_per_litre: number;
  /** of the guest, before this pour */
  balance_minor: number;
  /** limits of the guest's other unsettled grants: not this pour's money */
  other_reserves_minor: number;
};
/** cost = paid + unpaid; unpaid becomes a receivable of the guest and a review item */
export type Bill = { cost_minor: number; paid_minor: number; unpaid_minor: number };

/** Billing never takes a balance below zero, nor what another grant of the guest reserves (H03). */
export function bill(facts: BillFacts): Bill {
  const cost_minor = cost(millilitres(facts.ml), minorPerLitre(facts.price_minor_per_litre));
  const free_minor = minor(facts.balance_minor - facts.other_reserves_minor);
  const paid_minor = Math.max(0, Math.min(cost_minor, free_minor));
  return { cost_minor, paid_minor, unpaid_minor: cost_minor - paid_minor };
}

/** What the guest pays for: each deduction is its own figure, and together they are the meter's. */
export type BilledVolume = { billed_ml: number; first_flush_ml: number; kick_ml: number };

/** The meter's volume less the burst of a keg's end, less the first flush, never below zero. */
export function billedMl(metered_ml: number, first_flush_ml: number, burst_ml = 0): BilledVolume {
  const kick_ml = Math.min(metered_ml, Math.max(0, burst_ml));
  const flush_ml = Math.min(metered_ml - kick_ml, Math.max(0, first_flush_ml));
  return { billed_ml: metered_ml - kick_ml - flush_ml, first_flush_ml: flush_ml, kick_ml };
}
