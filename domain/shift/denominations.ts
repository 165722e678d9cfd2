/** Notes and coins that are counted, largest first, in minor units. */
const DENOMINATIONS: Readonly<Record<string, readonly number[]>> = {
  RUB: [500_000, 200_000, 100_000, 50_000, 20_000, 10_000, 5_000, 1_000, 500, 200, 100, 50, 10, 5, 1],
  USD: [10_000, 5_000, 2_000, 1_000, 500, 200, 100, 50, 25, 10, 5, 1],
  EUR: [50_000, 20_000, 10_000, 5_000, 2_000, 1_000, 500, 200, 100, 50, 20, 10, 5, 2, 1],
};

export type CountLine = { readonly value_minor: number; readonly pieces: number };
export type CountProblem = 'unknown_denomination' | 'denomination_twice' | 'sum_differs';

export const denominationsOf = (currency: string): readonly number[] => DENOMINATIONS[currency] ?? [];

/** A count by denomination must be of this currency, each value once, and sum to what it is said to sum to. */
export function countProblem(
  currency: string,
  lines: readonly CountLine[],
  counted_minor: number,
): CountProblem | undefined {
  const known = denominationsOf(currency);
  if (lines.some((line) => !known.includes(line.value_minor))) return 'unknown_denomination';
  if (new Set(lines.map((line) => line.value_minor)).size < lines.length) return 'denomination_twice';
  const sum = lines.reduce((total, line) => total + line.value_minor * line.pieces, 0);
  return sum === counted_minor ? undefined : 'sum_differs';
}
