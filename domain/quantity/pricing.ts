import { minor } from './money.ts';
import type { Minor, MinorPerLitre } from './money.ts';
import { MAX_ML, millilitres } from './volume.ts';
import type { Millilitres } from './volume.ts';

/** What a volume costs: ml × price / 1000, rounded half up. The one pricing rule of node, server and screen. */
export function cost(ml: Millilitres, price: MinorPerLitre): Minor {
  return minor(Math.floor((ml * price + 500) / 1000));
}

/**
 * The largest volume that `balance` pays for, at most MAX_ML.
 * Law: cost(affordable(b, p), p) ≤ b, and one more millilitre would cost more than b.
 */
export function affordable(balance: Minor, price: MinorPerLitre): Millilitres {
  if (balance < 0) return millilitres(0);
  if (price === 0 || balance >= cost(millilitres(MAX_ML), price)) return millilitres(MAX_ML);
  return millilitres(Math.min(MAX_ML, Math.floor((1000 * balance + 499) / price)));
}
