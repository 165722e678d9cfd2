export const DAY_BEGINS_AT_HOUR = 6;

/**
 * The day that a shift belongs to: the local date of its opening six hours earlier by the wall clock, so that a shift opened
 * at 2 a.m. is still yesterday's. `YYYY-MM-DD`. @throws RangeError for a zone that is not in the IANA list
 */
export function businessDate(opened_at: Date, time_zone: string): string {
  const wall = wallClock(opened_at, time_zone);
  return new Date(wall - DAY_BEGINS_AT_HOUR * 3_600_000).toISOString().slice(0, 10);
}

/** What the clock on the wall shows, as if it were UTC. */
export function wallClock(at: Date, timeZone: string): number {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const parts = Object.fromEntries(format.formatToParts(at).map((part) => [part.type, Number(part.value)]));
  const of = (name: string) => parts[name] ?? 0;
  return Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'));
}
