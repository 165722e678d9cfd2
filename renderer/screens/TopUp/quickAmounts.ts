/** Amounts of one press and the sums that guests pay with, in minor units. */
const TOP_UPS: Readonly<Record<string, readonly number[]>> = {
  RUB: [50_000, 100_000, 150_000, 200_000],
};
const OTHER_TOP_UPS = [1000, 2000, 3000, 5000];
const NOTES: Readonly<Record<string, readonly number[]>> = {
  RUB: [50_000, 100_000, 200_000, 500_000],
};
const OTHER_NOTES = [500, 1000, 2000, 5000];
const PROPOSED = 3;

export function quickTopUps(currency: string): number[] {
  return [...(TOP_UPS[currency] ?? OTHER_TOP_UPS)];
}

/** Three likely sums of notes above `amount_minor`, smallest first: 1 500 is paid with 2 000, 3 000 or 5 000. */
export function banknotesAbove(amount_minor: number, currency: string): number[] {
  const notes = NOTES[currency] ?? OTHER_NOTES;
  const next = (note: number, above: number): number => (Math.floor(above / note) + 1) * note;
  const sums = new Set(notes.map((note) => next(note, amount_minor)));
  const usual = notes[1] ?? 1000;
  for (let sum = next(usual, amount_minor); sums.size < PROPOSED; sum += usual) sums.add(sum);
  return [...sums].sort((a, b) => a - b).slice(0, PROPOSED);
}
