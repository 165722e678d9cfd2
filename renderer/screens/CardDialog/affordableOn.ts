import type { TapRow } from '#domain/protocol/till';
import { minor, minorPerLitre } from '#domain/quantity/money';
import { affordable } from '#domain/quantity/pricing';

/** What a balance is enough for on the first tap that sells; rounded down to 10 ml. Null: nothing to compare with. */
export function affordableOn(
  taps: readonly TapRow[],
  balance_minor: number,
): { beverage: string; ml: number } | null {
  const tap = taps.find((one) => one.beverage !== null && (one.price_minor_per_litre ?? 0) > 0);
  if (!tap || balance_minor <= 0) return null;
  const ml = affordable(minor(balance_minor), minorPerLitre(tap.price_minor_per_litre ?? 0));
  return { beverage: tap.beverage ?? '', ml: Math.floor(ml / 10) * 10 };
}
