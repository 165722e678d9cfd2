export const OPEN_WARNINGS = ['long', 'too_long'] as const;
export type OpenWarning = (typeof OPEN_WARNINGS)[number];

const LONG_AFTER_MS = 20 * 3_600_000;
const TOO_LONG_AFTER_MS = 24 * 3_600_000;

/** A shift that stays open past a day mixes two days on one Z: said from 20 hours on, and again from 24. */
export function openWarning(opened_at: Date, now: Date): OpenWarning | null {
  const open_ms = now.getTime() - opened_at.getTime();
  if (open_ms >= TOO_LONG_AFTER_MS) return 'too_long';
  return open_ms >= LONG_AFTER_MS ? 'long' : null;
}
