import { minorPerLitre } from '../quantity/money.ts';
import { cost } from '../quantity/pricing.ts';
import { millilitres } from '../quantity/volume.ts';

export const CORRECTION_KINDS = ['comp', 'reversal', 'adjustment'] as const;
export type CorrectionKind = (typeof CORRECTION_KINDS)[number];

/** comp and reversal: `ml` is what was given, `amount_minor` ≤ 0. adjustment: both as the charge has moved. */
export type Correction = { kind: CorrectionKind; ml: number; amount_minor: number };

/** A charged pour and everything that has changed its charge since. */
export type ChargedPour = {
  billed_ml: number;
  cost_minor: number;
  /** the part that was never taken from the balance */
  unpaid_minor: number;
  price_minor_per_litre: number;
  corrections: readonly Correction[];
  /** of this guest's debts: the house bears it, nobody gets it back */
  written_off_minor: number;
};

export type Charge = {
  /** what the guest still stands charged for */
  charged_minor: number;
  left_ml: number;
  comped_ml: number;
  comped_minor: number;
  /** the sale as it stands, before what was comped */
  sold_minor: number;
  /** of the charge: what the house has written off */
  written_off_minor: number;
  reversed: boolean;
};

export function chargeOf(
  pour: Pick<ChargedPour, 'billed_ml' | 'cost_minor' | 'corrections'> & Partial<ChargedPour>,
): Charge {
  const sum = (kind: CorrectionKind, of: 'ml' | 'amount_minor') =>
    pour.corrections.filter((one) => one.kind === kind).reduce((total, one) => total + one[of], 0);
  const comped_ml = sum('comp', 'ml');
  const comped_minor = 0 - sum('comp', 'amount_minor');
  const sold_minor = pour.cost_minor + sum('adjustment', 'amount_minor');
  const reversed = pour.corrections.some(({ kind }) => kind === 'reversal');
  const charged_minor = reversed ? 0 : sold_minor - comped_minor;
  return {
    charged_minor,
    left_ml: reversed ? 0 : pour.billed_ml + sum('adjustment', 'ml') - comped_ml,
    comped_ml,
    comped_minor,
    sold_minor,
    written_off_minor: Math.min(charged_minor, pour.unpaid_minor ?? 0, pour.written_off_minor ?? 0),
    reversed,
  };
}

export type CorrectionDecision =
  | { outcome: 'reversed_already' }
  | { outcome: 'above_charge'; left_ml: number }
  | { outcome: 'give'; ml: number; amount_minor: number };

/** Never more than these millilitres were charged for, nor than the guest has paid or owes. */
export function decideComp(pour: ChargedPour, ml: number): CorrectionDecision {
  const charge = chargeOf(pour);
  if (charge.reversed) return { outcome: 'reversed_already' };
  if (ml > charge.left_ml) return { outcome: 'above_charge', left_ml: charge.left_ml };
  const price = minorPerLitre(pour.price_minor_per_litre);
  const upTo = (volume: number): number => cost(millilitres(volume), price);
  const part =
    ml === charge.left_ml ? charge.charged_minor : upTo(charge.comped_ml + ml) - upTo(charge.comped_ml);
  const amount_minor = Math.min(part, charge.charged_minor - charge.written_off_minor);
  if (amount_minor <= 0) return { outcome: 'above_charge', left_ml: 0 };
  return { outcome: 'give', ml, amount_minor };
}

/** The whole pour: as if it had never been charged. What was comped of it is not given a second time. */
export function decideReversal(pour: ChargedPour): CorrectionDecision {
  const charge = chargeOf(pour);
  if (charge.reversed) return { outcome: 'reversed_already' };
  if (charge.charged_minor <= 0) return { outcome: 'above_charge', left_ml: charge.left_ml };
  return { outcome: 'give', ml: charge.left_ml, amount_minor: charge.charged_minor };
}

/** What goes back first lowers what the guest owes; the rest is on the account. */
export function splitBack(amount_minor: number, debt_minor: number): { guest: number; receivable: number } {
  const receivable = Math.max(0, Math.min(amount_minor, debt_minor));
  return { guest: amount_minor - receivable, receivable };
}
