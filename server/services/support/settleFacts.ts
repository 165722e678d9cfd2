import type { SettleFacts } from '#domain/pour/decideSettle';
import type { PourReport } from '#domain/protocol/node';
import type { Unit } from '../../db/inTransaction.ts';
import { query, queryOne } from '../../db/query.ts';
import type { Deps } from './deps.ts';
import { findGrant, findGrantOfAttempt, lockGrant, lockOwner } from './grantRow.ts';
import type { GrantRow } from './grantRow.ts';
import type { ReadReport } from './readReport.ts';
import { readSettings } from './settings.ts';
import type { Settings } from './settings.ts';
import { shareOpenShift } from './shift.ts';

export type TapOfReport = {
  tap_id: number;
  node_id: number | null;
  keg_id: number | null;
  overshoot_ml: number;
};

export type SettleGround = {
  facts: SettleFacts;
  /** of the report's client_tx_id, locked */
  grant: GrantRow | null;
  /** the grant that the report names, if there is one at all */
  named_grant_id: string | null;
  tap: TapOfReport | null;
  balance_minor: number;
  open_shift_id: number | null;
  law: Settings['pour'];
  /** of the grant's tap in the calibration that the report names; null: there is none such */
  pulses_per_litre: number | null;
};

/** Locks shift (shared) → guest account → visit → tap → grant and reads what decideSettle looks at. */
export async function settleGround(
  unit: Unit,
  deps: Deps,
  of: { node_id: number; read: ReadReport; report: PourReport },
): Promise<SettleGround> {
  const { node_id, read, report } = of;
  const flag_overrides = { ...deps.flag_overrides, ...NEVER_OPENS };
  const [shift, found] = await Promise.all([
    shareOpenShift(unit, { ...deps, flag_overrides }),
    findGrantOfAttempt(unit, report.client_tx_id),
  ]);
  // Sent in this order, and PostgreSQL takes one after the other: locks first, then what is read under them.
  const [account, tap, grant, known, named, settings, pulses_per_litre] = await Promise.all([
    found && lockOwner(unit, found),
    lockTapOfReport(unit, report.tap_id),
    found && lockGrant(unit, found.id),
    readKnown(unit, { node_id, read, grant_id: found?.id ?? null }),
    report.grant_id === found?.id ? found : findGrant(unit, report.grant_id),
    readSettings(unit),
    readPulsesPerLitre(unit, { tap_id: found?.tap_id ?? null, version: report.calibration_version }),
  ]);
  return {
    facts: {
      metered_ml: report.metered_ml,
      may_speak: tap !== null && (tap.node_id === node_id || grant?.node_id === node_id),
      same_report: known.same_verdict === null ? null : { quarantined: known.same_verdict === 'quarantined' },
      first_report: known.first_report,
      grant: grant && { state: grant.state, belongs: belongs(report, grant), manual_ml: known.manual_ml },
    },
    grant,
    named_grant_id: named?.id ?? null,
    tap,
    balance_minor: account?.balance_minor ?? 0,
    open_shift_id: shift?.shift_id ?? null,
    law: settings.pour,
    pulses_per_litre,
  };
}

/** A report is never the reason for a shift: it only says in which one it came. */
const NEVER_OPENS = { FF_BACKEND_SHIFT_AUTHORITY: true };

/** H26: everything that the report names must be of one grant. */
function belongs(report: PourReport, grant: GrantRow): boolean {
  return report.grant_id === grant.id && report.tap_id === grant.tap_id && report.short_id === grant.short_id;
}

async function lockTapOfReport(unit: Unit, tap_id: number): Promise<TapOfReport | null> {
  const [tap] = await query<TapOfReport>(
    unit,
    'SELECT id AS tap_id, node_id, keg_id, overshoot_ml FROM taps WHERE id = $1 FOR NO KEY UPDATE',
    [tap_id],
  );
  return tap ?? null;
}

async function readPulsesPerLitre(
  unit: Unit,
  of: { tap_id: number | null; version: number },
): Promise<number | null> {
  const [calibration] = await query<{ pulses_per_litre: number }>(
    unit,
    'SELECT pulses_per_litre FROM tap_calibrations WHERE tap_id = $1 AND version = $2',
    [of.tap_id, of.version],
  );
  return calibration?.pulses_per_litre ?? null;
}

/**
 * The same report is the same facts of the same client_tx_id, whichever of the bar's nodes brings it: a journal may move to
 * another Pi.
 */
async function readKnown(
  unit: Unit,
  of: { node_id: number; read: ReadReport; grant_id: string | null },
): Promise<{ same_verdict: string | null; first_report: boolean; manual_ml: number | null }> {
  return queryOne(
    unit,
    `SELECT
       (SELECT verdict FROM pour_reports WHERE client_tx_id = $1 AND request_hash = $2 AND (node_id = $3 OR verdict <> 'quarantined')
        ORDER BY verdict = 'quarantined' LIMIT 1) AS same_verdict,
       EXISTS (SELECT 1 FROM pour_reports WHERE client_tx_id = $1 AND verdict <> 'quarantined') AS first_report,
       (SELECT billed_ml FROM pours WHERE grant_id = $4::uuid AND source = 'manual') AS manual_ml`,
    [of.read.client_tx_id, of.read.request_hash, of.node_id, of.grant_id],
  );
}
