/** No tap learns more than this; the database holds the same bound. */
export const MAX_OVERSHOOT_ML = 200;

/**
 * What flows after the close, learned from pours that ended on their limit: a quarter of the way to what was seen,
 * at least 1 ml, from 0 to MAX_OVERSHOOT_ML. One strange pour moves it little.
 */
export function learnOvershoot(known_ml: number, metered_ml: number, limit_ml: number): number {
  const seen_ml = Math.min(MAX_OVERSHOOT_ML, Math.max(0, metered_ml - limit_ml));
  const step = (seen_ml - known_ml) / 4;
  const whole = step > 0 ? Math.ceil(step) : Math.floor(step);
  return Math.min(MAX_OVERSHOOT_ML, Math.max(0, known_ml + whole));
}
