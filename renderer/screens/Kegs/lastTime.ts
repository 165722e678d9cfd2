import { wallClock } from '#domain/shift/businessDate';

const DAY_MS = 86_400_000;

/** When the clock on the bar's wall last showed «18:30», as ISO; null: not a time of day. */
export function lastTime(text: string, now: number, time_zone: string): string | null {
  const match = /^([01]?\d|2[0-3])[:.]([0-5]\d)$/.exec(text.trim());
  if (!match) return null;
  const wallNow = wallClock(new Date(now), time_zone);
  const today = Math.floor(wallNow / DAY_MS) * DAY_MS;
  const wall = today + (Number(match[1]) * 60 + Number(match[2])) * 60_000;
  const shown = wall > wallNow ? wall - DAY_MS : wall;
  const about = now - (wallNow - shown);
  // The clock may have been put forward or back in between.
  return new Date(about - (wallClock(new Date(about), time_zone) - shown))
    .toISOString()
    .replace(/\d{3}Z$/, '000Z');
}
