export type KegFlowFacts = {
  remaining_ml: number;
  /** what left the keg in the last `window_minutes` */
  flowed_ml: number;
  window_minutes: number;
};
export type LowKegLaw = { low_keg_ml: number; low_keg_minutes: number };

/** Whole minutes until the keg is empty at the recent pace; null: nothing flows, so there is nothing to say. */
export function forecastMinutes({ remaining_ml, flowed_ml, window_minutes }: KegFlowFacts): number | null {
  if (flowed_ml <= 0 || window_minutes <= 0) return null;
  return Math.floor((Math.max(0, remaining_ml) * window_minutes) / flowed_ml);
}

/** Low by what is left, or by how soon it ends. A keg without flow is judged by what is left alone. */
export function isLow(remaining_ml: number, forecast_minutes: number | null, law: LowKegLaw): boolean {
  if (remaining_ml <= law.low_keg_ml) return true;
  return forecast_minutes !== null && forecast_minutes <= law.low_keg_minutes;
}
