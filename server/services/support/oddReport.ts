import { oddities } from '#domain/pour/oddities';
import type { Unit } from '../../db/inTransaction.ts';
import type { Deps } from './deps.ts';
import { openReview } from './review.ts';
import type { WithGrant } from './settleEffects.ts';

/** Booked by rule whatever it says; what cannot be true in it is shown, one item for each: docs/adr/0002. */
export async function showOddities(unit: Unit, deps: Deps, ground: WithGrant): Promise<void> {
  const { grant, report, report_id, pulses_per_litre } = ground;
  const { pulses, metered_ml, duration_ms, calibration_version } = report;
  const { limit_ml, tap_id, visit_id, guest_id, id: grant_id } = grant;
  const counts = { pulses, metered_ml, duration_ms, pulses_per_litre, limit_ml };
  for (const kind of oddities(counts))
    await openReview(unit, deps, {
      kind,
      tap_id,
      visit_id,
      guest_id,
      grant_id,
      report_id,
      facts: { ...counts, calibration_version },
    });
}
