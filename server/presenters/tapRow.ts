import type { TapRow } from '#domain/protocol/till';
import { minorPerLitre } from '#domain/quantity/money';
import { cost } from '#domain/quantity/pricing';
import { millilitres } from '#domain/quantity/volume';

/** What the database knows of a tap. */
export type TapRowRead = Omit<TapRow, 'silent_ms' | 'phase' | 'live_ml' | 'live_minor'> & {
  paired: boolean;
  /** when the node was last heard, in this or an earlier life of the server */
  last_seen_at: Date | null;
  grant_price_minor_per_litre: number | null;
};
/** What heartbeats and progress said last; undefined when the node has not been heard in this life of the server. */
export type LiveTapRead =
  { phase: TapRow['phase']; last_seen_ms_ago: number; live_ml: number | null } | undefined;

export function presentTapRow(row: TapRowRead, live: LiveTapRead, now: Date): TapRow {
  const { paired, last_seen_at, grant_price_minor_per_litre: price, ...shown } = row;
  const live_ml = live?.live_ml ?? null;
  return {
    ...shown,
    silent_ms: paired ? silentMs(last_seen_at, live, now) : null,
    phase: live?.phase ?? null,
    live_ml,
    live_minor: live_ml === null || price === null ? null : cost(millilitres(live_ml), minorPerLitre(price)),
  };
}

/** A paired node that was never heard has been silent since the server knows it: since ever. */
function silentMs(last_seen_at: Date | null, live: LiveTapRead, now: Date): number {
  if (live) return Math.round(live.last_seen_ms_ago);
  return Math.max(0, now.getTime() - (last_seen_at?.getTime() ?? 0));
}
