import type { QuarantineReason } from '#domain/pour/decideSettle';
import type { Verdict } from '#domain/pour/statuses';
import type { Unit } from '../../db/inTransaction.ts';
import { queryOne } from '../../db/query.ts';
import type { ReadReport } from './readReport.ts';

/** When it flowed, by the till's clock alone (invariant 14). */
export type PouredAt = { at: Date; estimated: boolean };

/**
 * Receive time − age. Without an age (a reboot lost it) the grant's time + the pour's duration, and so flagged; likewise
 * when the age would put the pour before its grant.
 */
export function pouredAt(
  received: Date,
  report: { age_ms: number | null; duration_ms: number } | null,
  granted_at: Date | null,
): PouredAt {
  if (!report) return { at: received, estimated: true };
  const earliest = granted_at?.getTime() ?? received.getTime() - MOST_AGE_MS;
  const estimate = Math.min(received.getTime(), earliest + Math.min(report.duration_ms, MOST_AGE_MS));
  if (report.age_ms === null) return { at: granted_at ? new Date(estimate) : received, estimated: true };
  const at = received.getTime() - report.age_ms;
  return at < earliest ? { at: new Date(estimate), estimated: true } : { at: new Date(at), estimated: false };
}
/** A year: beyond it an age is a broken clock. */
const MOST_AGE_MS = 365 * 24 * 3_600_000;

export type NewReport = {
  read: ReadReport;
  node_id: number;
  /** only a tap that exists */
  tap_id: number | null;
  /** only a grant that exists */
  grant_id: string | null;
  verdict: Exclude<Verdict, 'duplicate'>;
  quarantine_reason: QuarantineReason | null;
  poured: PouredAt;
  received_at: Date;
  origin_shift_id: number | null;
  received_shift_id: number | null;
};

/** The report as it came, for ever. */
export async function storeReport(unit: Unit, row: NewReport): Promise<number> {
  const report = row.read.report;
  const { id } = await queryOne<{ id: number }>(
    unit,
    `INSERT INTO pour_reports (node_id, tap_id, grant_id, client_tx_id, request_hash, journal_id, boot_id, seq, pulses, metered_ml,
       calibration_version, duration_ms, end_reason, age_ms, offline, attempt, verdict, quarantine_reason, body, poured_at, time_estimated,
       received_at, origin_shift_id, received_shift_id)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24)
     RETURNING id`,
    [
      row.node_id,
      row.tap_id,
      row.grant_id,
      row.read.client_tx_id,
      row.read.request_hash,
      report?.journal_id ?? null,
      report?.boot_id ?? null,
      report?.seq ?? null,
      report?.pulses ?? null,
      report?.metered_ml ?? null,
      report?.calibration_version ?? null,
      report?.duration_ms ?? null,
      report?.end_reason ?? null,
      report?.age_ms ?? null,
      report?.offline ?? null,
      report?.attempt ?? null,
      row.verdict,
      row.quarantine_reason,
      row.read.body,
      row.poured.at.toISOString(),
      row.poured.estimated,
      row.received_at.toISOString(),
      row.origin_shift_id,
      row.received_shift_id,
    ],
  );
  return id;
}

/** How far the till has read this journal. Returns the mark before; null: nothing yet. The caller holds the tap. */
export async function advanceMark(
  unit: Unit,
  mark: { node_id: number; journal_id: string; tap_id: number; seq: number; booked_ml: number },
): Promise<number | null> {
  const { before } = await queryOne<{ before: number | null }>(
    unit,
    `WITH known AS (SELECT seq_high FROM node_marks WHERE node_id = $1 AND journal_id = $2 AND tap_id = $3)
     INSERT INTO node_marks (node_id, journal_id, tap_id, seq_high, booked_ml) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (node_id, journal_id, tap_id) DO UPDATE SET seq_high = greatest(node_marks.seq_high, EXCLUDED.seq_high),
       booked_ml = node_marks.booked_ml + EXCLUDED.booked_ml, updated_at = now()
     RETURNING (SELECT seq_high FROM known) AS before`,
    [mark.node_id, mark.journal_id, mark.tap_id, mark.seq, mark.booked_ml],
  );
  return before;
}
