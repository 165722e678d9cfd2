import type { QuarantineReason } from '#domain/pour/decideSettle';
import type { Verdict } from '#domain/pour/statuses';
import type { Unit } from '../../db/inTransaction.ts';
import { query, queryOne } from '../../db/query.ts';
import { appendAudit } from './appendAudit.ts';
import type { Deps } from './deps.ts';
import { lockAttempt } from './locks.ts';
import { moveKeg } from './moveKeg.ts';
import type { ReadReport } from './readReport.ts';
import { openReview } from './review.ts';
import { ofReport } from './settleEffects.ts';
import type { Effect, Ground } from './settleEffects.ts';
import { pouredAt, storeReport } from './storeReport.ts';

/** Kept with its raw body, shown, and out of the node's queue (H20). Volume of an unknown pour still leaves a keg. */
export async function quarantineReport(
  unit: Unit,
  deps: Deps,
  ground: Ground,
  decision: Effect<'quarantine'>,
): Promise<void> {
  const { tap, report, report_id, grant } = ground;
  if (decision.burn) await burn(unit, ground);
  if (tap !== null && tap.keg_id !== null)
    await moveKeg(unit, {
      ...ofReport(ground),
      grant_id: null,
      keg_id: tap.keg_id,
      kind: 'unbilled',
      out_ml: decision.keg_ml,
    });
  await openReview(unit, deps, {
    kind: decision.reason,
    tap_id: tap?.tap_id,
    visit_id: grant?.visit_id,
    guest_id: grant?.guest_id,
    grant_id: grant?.id ?? ground.named_grant_id,
    report_id,
    facts: {
      metered_ml: report.metered_ml,
      short_id: report.short_id,
      seq: report.seq,
      keg_ml: tap?.keg_id ? decision.keg_ml : 0,
    },
  });
  await securityEvent(unit, ground, { reason: decision.reason, tap_id: tap?.tap_id ?? null, report_id });
}

/** No grant is ever given for this client_tx_id. */
async function burn(unit: Unit, { node_id, tap, report }: Ground): Promise<void> {
  if (tap === null) return;
  await query(
    unit,
    `INSERT INTO attempts (client_tx_id, node_id, tap_id, boot_id, outcome) VALUES ($1, $2, $3, $4, 'burnt')
     ON CONFLICT (client_tx_id) DO NOTHING`,
    [report.client_tx_id, node_id, tap.tap_id, report.boot_id],
  );
}

export type Unusable = {
  node_id: number;
  read: ReadReport;
  received_at: Date;
  reason: Extract<QuarantineReason, 'invalid_report' | 'not_bookable'>;
};

/** A report of which nothing but its raw body can be kept: no money, no keg, a person looks. */
export async function quarantineUnusable(unit: Unit, deps: Deps, unusable: Unusable): Promise<Verdict> {
  const { node_id, read, received_at, reason } = unusable;
  await lockAttempt(unit, read.client_tx_id ?? read.request_hash);
  const known = await query(
    unit,
    `SELECT 1 FROM pour_reports WHERE node_id = $1 AND coalesce(client_tx_id, '') = coalesce($2, '') AND request_hash = $3`,
    [node_id, read.client_tx_id, read.request_hash],
  );
  if (known.length > 0) return 'quarantined';
  const shift = await queryOne<{ id: number | null }>(
    unit,
    `SELECT max(id) AS id FROM shifts WHERE state = 'open'`,
  );
  const report_id = await storeReport(unit, {
    node_id,
    read,
    received_at,
    tap_id: null,
    grant_id: null,
    verdict: 'quarantined',
    quarantine_reason: reason,
    poured: pouredAt(received_at, null, null),
    origin_shift_id: null,
    received_shift_id: shift.id,
  });
  await openReview(unit, deps, { kind: reason, report_id });
  await securityEvent(unit, unusable, { reason, tap_id: null, report_id });
  return 'quarantined';
}

async function securityEvent(
  unit: Unit,
  { node_id, read }: { node_id: number; read: ReadReport },
  of: { reason: QuarantineReason; tap_id: number | null; report_id: number },
): Promise<void> {
  const { reason, tap_id, report_id } = of;
  const details = { code: reason, report_id, client_tx_id: read.client_tx_id };
  await appendAudit(unit, { action: 'security.report_quarantined', node_id, tap_id, details });
}
