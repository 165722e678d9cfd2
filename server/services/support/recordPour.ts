import type { Bill, BilledVolume } from '#domain/pour/bill';
import type { PourReport } from '#domain/protocol/node';
import type { Unit } from '../../db/inTransaction.ts';
import { send } from '../../db/query.ts';
import type { GrantRow } from './grantRow.ts';
import type { PouredAt } from './storeReport.ts';

export type MeteredPour = {
  grant: GrantRow;
  report: PourReport;
  poured: PouredAt;
  billed: BilledVolume;
  bill: Bill;
};

/** Invariant 3: one pour of a grant; the pending one becomes it. */
export async function recordMeteredPour(unit: Unit, pour: MeteredPour): Promise<void> {
  const { grant, report, poured, billed, bill } = pour;
  await send(
    unit,
    `INSERT INTO pours (grant_id, client_tx_id, visit_id, guest_id, tap_id, keg_id, beverage_id, shift_id, short_id, sync_status,
       metered_ml, billed_ml, first_flush_ml, price_minor_per_litre, cost_minor, paid_minor, pulses, calibration_version, duration_ms,
       end_reason, time_estimated, poured_at, kick_ml)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'synced', $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)
     ON CONFLICT (grant_id) DO UPDATE SET sync_status = 'synced', metered_ml = EXCLUDED.metered_ml, billed_ml = EXCLUDED.billed_ml,
       first_flush_ml = EXCLUDED.first_flush_ml, cost_minor = EXCLUDED.cost_minor, paid_minor = EXCLUDED.paid_minor,
       pulses = EXCLUDED.pulses, calibration_version = EXCLUDED.calibration_version, duration_ms = EXCLUDED.duration_ms,
       end_reason = EXCLUDED.end_reason, time_estimated = EXCLUDED.time_estimated, poured_at = EXCLUDED.poured_at,
       kick_ml = EXCLUDED.kick_ml`,
    [
      ...ofGrant(grant),
      report.metered_ml,
      billed.billed_ml,
      billed.first_flush_ml,
      grant.price_minor_per_litre,
      bill.cost_minor,
      bill.paid_minor,
      report.pulses,
      report.calibration_version,
      report.duration_ms,
      report.end_reason,
      poured.estimated,
      poured.at.toISOString(),
      billed.kick_ml,
    ],
  );
}

export type ManualPour = { grant: GrantRow; ml: number; bill: Bill; reason: string; operator_id: number };

/** The hand stands in for the meter: `metered_ml` stays unknown until the report arrives. */
export async function recordManualPour(unit: Unit, pour: ManualPour): Promise<void> {
  const { grant, ml, bill, reason, operator_id } = pour;
  await send(
    unit,
    `INSERT INTO pours (grant_id, client_tx_id, visit_id, guest_id, tap_id, keg_id, beverage_id, shift_id, short_id, sync_status,
       source, billed_ml, price_minor_per_litre, cost_minor, paid_minor, manual_reason, operator_id, time_estimated, poured_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'reconciled', 'manual', $10, $11, $12, $13, $14, $15, true, $16)
     ON CONFLICT (grant_id) DO UPDATE SET sync_status = 'reconciled', source = 'manual', billed_ml = EXCLUDED.billed_ml,
       cost_minor = EXCLUDED.cost_minor, paid_minor = EXCLUDED.paid_minor, manual_reason = EXCLUDED.manual_reason,
       operator_id = EXCLUDED.operator_id, time_estimated = true`,
    [
      ...ofGrant(grant),
      ml,
      grant.price_minor_per_litre,
      bill.cost_minor,
      bill.paid_minor,
      reason,
      operator_id,
      grant.created_at.toISOString(),
    ],
  );
}

/** The meter's word after the hand's: kept beside it, the money stays (rule 7). */
export async function recordLateMeter(
  unit: Unit,
  late: { grant: GrantRow; report: PourReport; poured: PouredAt },
): Promise<void> {
  const { grant, report, poured } = late;
  await send(
    unit,
    `UPDATE pours SET metered_ml = $2, pulses = $3, calibration_version = $4, duration_ms = $5, end_reason = $6, poured_at = $7,
       time_estimated = $8 WHERE grant_id = $1`,
    [
      grant.id,
      report.metered_ml,
      report.pulses,
      report.calibration_version,
      report.duration_ms,
      report.end_reason,
      poured.at.toISOString(),
      poured.estimated,
    ],
  );
}

function ofGrant(grant: GrantRow): unknown[] {
  return [
    grant.id,
    grant.client_tx_id,
    grant.visit_id,
    grant.guest_id,
    grant.tap_id,
    grant.keg_id,
    grant.beverage_id,
    grant.shift_id,
    grant.short_id,
  ];
}
