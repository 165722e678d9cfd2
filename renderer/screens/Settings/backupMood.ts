import type { AboutWire } from '#domain/protocol/about';

const DAY_MS = 86_400_000;
/** A backup is made each night: after a day and a half one is missing. */
const OLD_MS = 1.5 * DAY_MS;

/** What is wrong with the backups, worst first. */
export function backupMood(
  backup: AboutWire['backup'],
  age_ms: number | null,
): 'off' | 'failed' | 'old' | 'none' | 'good' {
  if (!backup.scheduled) return 'off';
  if (backup.problem !== null) return 'failed';
  if (age_ms === null) return 'none';
  return age_ms > OLD_MS ? 'old' : 'good';
}
