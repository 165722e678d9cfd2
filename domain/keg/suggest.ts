/** A keg that waits in the store. */
export type StoredKeg = { keg_id: number; received_at: Date; opened_at: Date | null };

/** In the order in which kegs of one beverage should be opened: a partial one first, then the oldest; docs/adr/0009. */
export function inOpeningOrder<Keg extends StoredKeg>(kegs: readonly Keg[]): Keg[] {
  return [...kegs].sort(
    (a, b) =>
      Number(a.opened_at === null) - Number(b.opened_at === null) ||
      a.received_at.getTime() - b.received_at.getTime() ||
      a.keg_id - b.keg_id,
  );
}
