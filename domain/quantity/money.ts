/** Money is whole minor units (kopecks, cents). */
export type Minor = number & { readonly __unit: 'minor' };
/** Minor units per litre. */
export type MinorPerLitre = number & { readonly __unit: 'minor/l' };

/** The ceiling of a single amount: 1,000,000.00. The database holds the same one. */
export const MAX_AMOUNT_MINOR = 100_000_000;
export const MAX_PRICE_MINOR_PER_LITRE = 10_000_000;

/** @throws RangeError unless `value` is a safe whole number */
export function minor(value: number): Minor {
  if (!Number.isSafeInteger(value)) throw new RangeError(`not a whole number of minor units: ${value}`);
  return value as Minor;
}

/** @throws RangeError unless `value` is a whole number from 0 to MAX_PRICE_MINOR_PER_LITRE */
export function minorPerLitre(value: number): MinorPerLitre {
  if (!Number.isSafeInteger(value) || value < 0 || value > MAX_PRICE_MINOR_PER_LITRE)
    throw new RangeError(`not a price per litre in minor units: ${value}`);
  return value as MinorPerLitre;
}
