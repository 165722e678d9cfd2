const HOURS = 24;
const DAY_BEGINS = 6;

/** The hours from the first to the last that sold, in the order of the evening: 23, 0, 1; those between that sold nothing are there. */
export function hoursOf<Row extends { hour: number }>(
  sold: readonly Row[],
  nothing: (hour: number) => Row,
): Row[] {
  const later = (hour: number): number => (hour - DAY_BEGINS + HOURS) % HOURS;
  const places = sold.map(({ hour }) => later(hour));
  if (places.length === 0) return [];
  const first = Math.min(...places);
  const last = Math.max(...places);
  return Array.from({ length: last - first + 1 }, (_, index) => {
    const hour = (first + index + DAY_BEGINS) % HOURS;
    return sold.find((row) => row.hour === hour) ?? nothing(hour);
  });
}
