/** The tax that is included in an amount, rounded half up; of a reversal it is negative alike. */
export function vatIncluded(amount_minor: number, vat_permille: number): number {
  const size = Math.floor(
    (Math.abs(amount_minor) * vat_permille * 2 + 1000 + vat_permille) / (2 * (1000 + vat_permille)),
  );
  return amount_minor < 0 ? 0 - size : size;
}
