import { forecastMinutes, isLow } from '#domain/keg/forecast';
import type { LowKegLaw } from '#domain/keg/forecast';
import { priceAt } from '#domain/price/rules';
import type { PriceRule } from '#domain/price/rules';
import type { TapRow } from '#domain/protocol/till';
import { minorPerLitre } from '#domain/quantity/money';
import { cost } from '#domain/quantity/pricing';
import { millilitres } from '#domain/quantity/volume';
import { isCleaningDue } from '#domain/tap/cleaning';

/** What the database knows of a tap. */
type Derived =
  | 'silent_ms'
  | 'phase'
  | 'live_ml'
  | 'live_minor'
  | 'price_minor_per_litre'
  | 'list_price_minor_per_litre'
  | 'keg_low'
  | 'forecast_minutes'
  | 'cleaned_at'
  | 'cleaning_due';
export type TapRowRead = Omit<TapRow, Derived> & {
  paired: boolean;
  /** when the node was last heard, in this or an earlier life of the server */
  last_seen_at: Date | null;
  grant_price_minor_per_litre: number | null;
  beverage_id: number | null;
  list_price: number | null;
  /** from the keg within FORECAST_WINDOW_MINUTES */
  flowed_ml: number;
  cleaned_at: Date | null;
  created_at: Date;
};
/** What the bar's settings and price rules make of a tap now. */
export type TapRowLaw = LowKegLaw & {
  rules: readonly PriceRule[];
  cleaning_days: number;
  time_zone: string;
  now: Date;
};
export const FORECAST_WINDOW_MINUTES = 60;
/** What heartbeats and progress said last; undefined when the node has not been heard in this life of the server. */
export type LiveTapRead =
  { phase: TapRow['phase']; last_seen_ms_ago: number; live_ml: number | null } | undefined;

export function presentTapRow(row: TapRowRead, live: LiveTapRead, law: TapRowLaw): TapRow {
  const {
    paired,
    last_seen_at,
    grant_price_minor_per_litre: price,
    beverage_id,
    list_price,
    flowed_ml,
    cleaned_at,
    created_at,
    ...shown
  } = row;
  const live_ml = live?.live_ml ?? null;
  return {
    ...shown,
    price_minor_per_litre: guestPrice(beverage_id, list_price, law),
    list_price_minor_per_litre: list_price,
    silent_ms: paired ? silentMs(last_seen_at, live, law.now) : null,
    phase: live?.phase ?? null,
    live_ml,
    live_minor: live_ml === null || price === null ? null : cost(millilitres(live_ml), minorPerLitre(price)),
    ...kegAhead(shown.keg_remaining_ml, flowed_ml, law),
    cleaned_at: cleaned_at?.toISOString() ?? null,
    cleaning_due: isCleaningDue(cleaned_at ?? created_at, law.now, law.cleaning_days),
  };
}

function guestPrice(beverage_id: number | null, list_price: number | null, law: TapRowLaw): number | null {
  if (beverage_id === null || list_price === null) return null;
  const { rules, now, time_zone } = law;
  const beverage = { beverage_id, price_minor_per_litre: list_price };
  return priceAt(rules, beverage, { at: now, time_zone, who: 'guest' });
}

function kegAhead(
  remaining_ml: number | null,
  flowed_ml: number,
  law: LowKegLaw,
): Pick<TapRow, 'keg_low' | 'forecast_minutes'> {
  if (remaining_ml === null) return { keg_low: false, forecast_minutes: null };
  const forecast = forecastMinutes({ remaining_ml, flowed_ml, window_minutes: FORECAST_WINDOW_MINUTES });
  return { keg_low: isLow(remaining_ml, forecast, law), forecast_minutes: forecast };
}

/** A paired node that was never heard has been silent since the server knows it: since ever. */
function silentMs(last_seen_at: Date | null, live: LiveTapRead, now: Date): number {
  if (live) return Math.round(live.last_seen_ms_ago);
  return Math.max(0, now.getTime() - (last_seen_at?.getTime() ?? 0));
}
