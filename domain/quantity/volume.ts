/** Volume is whole millilitres. */
export type Millilitres = number & { readonly __unit: 'ml' };

/** No grant, report or entry names more than this in one go. */
export const MAX_ML = 100_000;

/** @throws RangeError unless `value` is a whole number from 0 to MAX_ML */
export function millilitres(value: number): Millilitres {
  if (!Number.isSafeInteger(value) || value < 0 || value > MAX_ML)
    throw new RangeError(`not a whole number of millilitres: ${value}`);
  return value as Millilitres;
}

/** Pulses become millilitres once, here: half up. `pulses_per_litre` ≥ 1. */
export function pulsesToMl(pulses: number, pulses_per_litre: number): Millilitres {
  return Math.floor((pulses * 1000 + pulses_per_litre / 2) / pulses_per_litre) as Millilitres;
}
