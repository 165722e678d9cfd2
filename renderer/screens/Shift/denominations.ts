export interface Denomination {
  minor: number;
  kind: 'note' | 'coin';
}

const of = (notes: number[], coins: number[]): Denomination[] => [
  ...notes.map((minor) => ({ minor, kind: 'note' as const })),
  ...coins.map((minor) => ({ minor, kind: 'coin' as const })),
];

const DENOMINATIONS: Readonly<Record<string, Denomination[]>> = {
  RUB: of([500_000, 200_000, 100_000, 50_000, 20_000, 10_000, 5_000], [1_000, 500, 200, 100]),
  EUR: of([20_000, 10_000, 5_000, 2_000, 1_000, 500], [200, 100, 50, 20, 10, 5, 2, 1]),
  USD: of([10_000, 5_000, 2_000, 1_000, 500, 200, 100], [100, 50, 25, 10, 5, 1]),
};

export function denominationsOf(currency: string): Denomination[] {
  const all = DENOMINATIONS[currency] ?? DENOMINATIONS['EUR'] ?? [];
  const seen = new Set<number>();
  return all.filter(({ minor }) => !seen.has(minor) && seen.add(minor));
}

export function countedMinor(counts: Readonly<Record<number, number>>): number {
  return Object.entries(counts).reduce((sum, [minor, count]) => sum + Number(minor) * count, 0);
}

/** The number of pieces after a key of the pad. */
export function typeCount(count: number, key: string): string {
  return key === 'Backspace' ? String(count).slice(0, -1) : `${count}${key}`;
}

/** The count as it is stored with the Z: what lies there, without the zeros. */
export function linesOf(counts: Readonly<Record<number, number>>): { value_minor: number; pieces: number }[] {
  return Object.entries(counts)
    .map(([minor, pieces]) => ({ value_minor: Number(minor), pieces }))
    .filter(({ pieces }) => pieces > 0);
}
