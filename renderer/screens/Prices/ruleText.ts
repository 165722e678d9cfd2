import { DAY_MINUTES } from '#domain/price/rules';

/** 1020 → «17:00»; the end of the day is «24:00». */
export function clockOf(minute: number): string {
  const hours = Math.floor(minute / 60);
  return `${String(hours).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
}

/** null: not a time of a day. `until` may be 24:00. */
export function minuteOf(text: string, until = false): number | null {
  const [, hours = '', minutes = ''] = /^(\d{1,2})[:.](\d\d)$/.exec(text.trim()) ?? [];
  if (hours === '' || Number(minutes) > 59) return null;
  const minute = Number(hours) * 60 + Number(minutes);
  if (until) return minute >= 1 && minute <= DAY_MINUTES ? minute : null;
  return minute < DAY_MINUTES ? minute : null;
}

/** Runs of days: [1,2,3,4,5] → [[1,5]], [1,3] → [[1,1],[3,3]]. */
export function dayRuns(weekdays: readonly number[]): [number, number][] {
  const runs: [number, number][] = [];
  for (const day of [...weekdays].sort((a, b) => a - b)) {
    const last = runs.at(-1);
    if (last && last[1] === day - 1) last[1] = day;
    else runs.push([day, day]);
  }
  return runs;
}
