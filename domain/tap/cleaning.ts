const DAY_MS = 86_400_000;

/** A tap is due when its last cleaning, or if there was none its first day, is that many whole days past. */
export function isCleaningDue(cleaned_at: Date, now: Date, cleaning_days: number): boolean {
  return now.getTime() - cleaned_at.getTime() >= cleaning_days * DAY_MS;
}
