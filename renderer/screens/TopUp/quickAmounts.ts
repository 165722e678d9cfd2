/** Amounts of one press and the notes that guests pay with, in minor units. */
const TOP_UPS: Readonly<Record<string, readonly number[]>> = {
  RUB: [50_000, 100_000, 150_000, 200_000],
};
const OTHER_TOP_UPS = [1000, 2000, 3000, 5000];
const NOTES: Readonly<Record<string, readonly number[]>> = {
  RUB: [10_000, 50_000, 100_000, 200_000, 500_000],
};
const OTHER_NOTES = [500, 1000, 2000, 5000, 10_000];

export function quickTopUps(currency: string): number[] {
  return [...(TOP_UPS[currency] ?? OTHER_TOP_UPS)];
}

/** Three likely sums of notes above `amount_minor`, smallest first. */
export function banknotesAbove(amount_minor: number, currency: string): number[] {
  const notes = NOTES[currency] ?? OTHER_NOTES;
  const sums = notes.map((note) => Math.ceil((amount_minor + 1) / note) * note);
  const distinct = [...new Set(sums)].filter((sum) => sum > amount_minor).sort((a, b) => a - b);
  return distinct.slice(-3);
}
