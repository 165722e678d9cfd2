import { billedMl } from '../pour/bill.ts';
import type { Charge, ChargedPour } from '../pour/charge.ts';
import { minorPerLitre } from '../quantity/money.ts';
import { cost } from '../quantity/pricing.ts';
import { millilitres } from '../quantity/volume.ts';

/** Kinds whose difference may become money by a person's word: the meter says one volume, the charge another. */
export const ADJUSTABLE_KINDS = ['late_sync_mismatch', 'unbilled_pour', 'other_facts'] as const;
export const isAdjustable = (kind: string): boolean => ADJUSTABLE_KINDS.some((one) => one === kind);

export type CompareFacts = {
  pour: ChargedPour;
  charge: Charge;
  report: { metered_ml: number; kick_ml: number };
  first_flush_ml: number;
};

/** Side by side: what was charged (by hand, as a rule) and what the meter's report would have been charged with. */
export type Compare = {
  charged_ml: number;
  charged_minor: number;
  metered_ml: number;
  first_flush_ml: number;
  kick_ml: number;
  /** metered less both */
  billable_ml: number;
  billable_minor: number;
  price_minor_per_litre: number;
  /** billable − charged: positive, the guest had more than was charged */
  difference_ml: number;
  difference_minor: number;
};

/** Money at the price of the grant. Earlier adjustments of the same pour count as charged. */
export function compare({ pour, charge, report, first_flush_ml }: CompareFacts): Compare {
  const { billed_ml, ...less } = billedMl(report.metered_ml, first_flush_ml, report.kick_ml);
  const { price_minor_per_litre } = pour;
  const billable_minor = cost(millilitres(billed_ml), minorPerLitre(price_minor_per_litre));
  const charged_ml = pour.corrections
    .filter(({ kind }) => kind === 'adjustment')
    .reduce((ml, one) => ml + one.ml, pour.billed_ml);
  return {
    charged_ml,
    charged_minor: charge.sold_minor,
    metered_ml: report.metered_ml,
    ...less,
    billable_ml: billed_ml,
    billable_minor,
    price_minor_per_litre,
    difference_ml: billed_ml - charged_ml,
    difference_minor: billable_minor - charge.sold_minor,
  };
}

export type AdjustDecision =
  | { outcome: 'nothing' }
  | { outcome: 'reversed_already' }
  | { outcome: 'charge'; ml: number; amount_minor: number }
  | { outcome: 'give_back'; ml: number; amount_minor: number };

/** Never gives back more than the guest still stands charged for and the house has not written off. */
export function decideAdjust(charge: Charge, difference: Compare): AdjustDecision {
  const { difference_ml: ml, difference_minor } = difference;
  if (charge.reversed) return { outcome: 'reversed_already' };
  if (difference_minor > 0) return { outcome: 'charge', ml, amount_minor: difference_minor };
  const amount_minor = Math.min(0 - difference_minor, charge.charged_minor - charge.written_off_minor);
  return amount_minor > 0 ? { outcome: 'give_back', ml, amount_minor } : { outcome: 'nothing' };
}
