import { businessDate } from '#domain/shift/businessDate';

export interface ScheduleFacts {
  readonly now: Date;
  /** IANA */
  readonly time_zone: string;
  /** when the newest backup that succeeded was begun */
  readonly last_ok_at: Date | undefined;
  readonly last_try_at: Date | undefined;
  readonly shift_closed_at: Date | undefined;
}

export type Due = 'shift_closed' | 'nightly';

/** After a failure: a full disk or a missing stick is not asked every minute. */
export const RETRY_MS = 10 * 60 * 1000;

/**
 * Whether a backup is due: a shift was closed since the last one, or a new business date has begun since (06:00 local time,
 * when even a long night is over). A till that was off at that hour makes it when it is on again.
 */
export function decideBackup(facts: ScheduleFacts): Due | undefined {
  const { now, time_zone, last_ok_at, last_try_at, shift_closed_at } = facts;
  const failed = last_try_at !== undefined && (last_ok_at === undefined || last_try_at > last_ok_at);
  const sinceTry = last_try_at === undefined ? Infinity : now.getTime() - last_try_at.getTime();
  // A clock that was set back must not silence it for ever.
  if (failed && sinceTry >= 0 && sinceTry < RETRY_MS) return undefined;
  if (last_ok_at === undefined) return shift_closed_at ? 'shift_closed' : 'nightly';
  if (shift_closed_at !== undefined && shift_closed_at >= last_ok_at) return 'shift_closed';
  return businessDate(now, time_zone) === businessDate(last_ok_at, time_zone) ? undefined : 'nightly';
}
