import { billedMl } from '#domain/pour/bill';
import type { SettleDecision } from '#domain/pour/decideSettle';
import type { PourReport } from '#domain/protocol/node';
import { learnOvershoot } from '#domain/tap/overshoot';
import type { Unit } from '../../db/inTransaction.ts';
import { queryOne, send } from '../../db/query.ts';
import { appendAudit } from './appendAudit.ts';
import { billGrant } from './billGrant.ts';
import type { Deps } from './deps.ts';
import { lookAtKeg } from './emptyKeg.ts';
import type { GrantRow } from './grantRow.ts';
import { endGrant, freeTap, tellGrantMoved, voidPendingPour } from './moveGrant.ts';
import { moveKeg } from './moveKeg.ts';
import { showOddities } from './oddReport.ts';
import type { ReadReport } from './readReport.ts';
import { recordLateMeter, recordMeteredPour } from './recordPour.ts';
import { openReview } from './review.ts';
import type { SettleGround } from './settleFacts.ts';
import type { PouredAt } from './storeReport.ts';

export type Arrived = { node_id: number; read: ReadReport; report: PourReport; received_at: Date };
/** A stored report with everything that its effects need. */
export type Ground = SettleGround & Arrived & { report_id: number; poured: PouredAt };
export type Effect<Name> = SettleDecision & { effect: Name };
export type WithGrant = Ground & { grant: GrantRow };

/** The one way in which a metered pour becomes money. */
export async function settle(
  unit: Unit,
  deps: Deps,
  ground: WithGrant,
  decision: Effect<'settle'>,
): Promise<void> {
  const { grant, report, report_id, poured, balance_minor, law } = ground;
  // Billed while the grant is still unsettled: its own limit is left out of what the others reserve either way.
  if (decision.to === 'settled') {
    const billed = billedMl(report.metered_ml, law.first_flush_ml, burstOf(report));
    const bill = await billGrant(unit, deps, { grant, ml: billed.billed_ml, balance_minor, report_id });
    await recordMeteredPour(unit, { grant, report, poured, billed, bill });
  } else await voidPendingPour(unit, grant.id);
  await endGrant(unit, deps, { grant, to: decision.to });
  await moveKeg(unit, { ...ofReport(ground), keg_id: grant.keg_id, kind: 'pour', out_ml: decision.keg_ml });
  await look(unit, deps, ground, grant.keg_id);
  await learn(unit, ground);
  await freeTap(unit, grant.tap_id);
  await audit(unit, ground, `grant.${decision.to}`);
  await tellGrantMoved(unit, deps, grant);
}

/** The hand was first: the meter replaces it at the keg, money stays (H18, rule 7). */
export async function settleLate(
  unit: Unit,
  deps: Deps,
  ground: WithGrant,
  decision: Effect<'late'>,
): Promise<void> {
  const { grant, report, poured, report_id } = ground;
  await recordLateMeter(unit, { grant, report, poured });
  const keg_id = await kegOfPour(unit, grant);
  await moveKeg(unit, {
    ...ofReport(ground),
    keg_id,
    kind: 'late_difference',
    out_ml: decision.keg_ml,
  });
  if (decision.review)
    await openReview(unit, deps, {
      kind: 'late_sync_mismatch',
      tap_id: grant.tap_id,
      visit_id: grant.visit_id,
      guest_id: grant.guest_id,
      grant_id: grant.id,
      report_id,
      facts: { metered_ml: report.metered_ml, manual_ml: ground.facts.grant?.manual_ml ?? 0 },
    });
  await look(unit, deps, ground, keg_id);
  await audit(unit, ground, `pour.${decision.verdict}`);
  await tellGrantMoved(unit, deps, grant);
}

/** The grant had ended without this volume: the keg knows it, a person looks, money does not move. */
export async function recordOnly(
  unit: Unit,
  deps: Deps,
  ground: WithGrant,
  decision: Effect<'record'>,
): Promise<void> {
  const { grant, report, report_id } = ground;
  const keg_id = await kegOfPour(unit, grant);
  await moveKeg(unit, {
    ...ofReport(ground),
    keg_id,
    kind: 'unbilled',
    out_ml: decision.keg_ml,
  });
  if (decision.review)
    await openReview(unit, deps, {
      kind: 'unbilled_pour',
      tap_id: grant.tap_id,
      visit_id: grant.visit_id,
      guest_id: grant.guest_id,
      grant_id: grant.id,
      report_id,
      facts: { metered_ml: report.metered_ml, grant_state: grant.state },
    });
  await look(unit, deps, ground, keg_id);
  await audit(unit, ground, 'pour.unbilled');
}

export const ofReport = ({ grant, report, report_id }: Ground) => ({
  tap_id: report.tap_id,
  grant_id: grant?.id ?? null,
  report_id,
});

/** The node names the burst only of a pour that it ended for it. */
const burstOf = (report: PourReport) => (report.end_reason === 'kick' ? (report.kick_ml ?? 0) : 0);

/** The grant's keg, unless a wrong assignment was put right since. */
async function kegOfPour(unit: Unit, grant: GrantRow): Promise<number> {
  const { keg_id } = await queryOne<{ keg_id: number }>(
    unit,
    'SELECT coalesce((SELECT keg_id FROM pours WHERE grant_id = $1), $2) AS keg_id',
    [grant.id, grant.keg_id],
  );
  return keg_id;
}

/** After the flow is booked: at the keg, and at what cannot be true in the report. */
async function look(unit: Unit, deps: Deps, ground: WithGrant, keg_id: number): Promise<void> {
  const { grant, report, law } = ground;
  const kick = report.end_reason === 'kick';
  await lookAtKeg(unit, deps, {
    keg_id,
    tap_id: grant.tap_id,
    grant_id: grant.id,
    kick,
    allowance_percent: law.keg_allowance_percent,
  });
  await showOddities(unit, deps, ground);
}

/** Only a pour that ended on its limit tells what flows after the close. */
async function learn(unit: Unit, { grant, tap, report }: WithGrant): Promise<void> {
  if (report.end_reason !== 'limit' || tap === null) return;
  const learned_ml = learnOvershoot(tap.overshoot_ml, report.metered_ml, grant.limit_ml);
  if (learned_ml === tap.overshoot_ml) return;
  await send(unit, 'UPDATE taps SET overshoot_ml = $2 WHERE id = $1', [tap.tap_id, learned_ml]);
}

async function audit(unit: Unit, ground: WithGrant, action: string): Promise<void> {
  const { grant, node_id, report_id, report } = ground;
  await appendAudit(unit, {
    action,
    node_id,
    tap_id: grant.tap_id,
    visit_id: grant.visit_id,
    guest_id: grant.guest_id,
    grant_id: grant.id,
    details: { report_id, metered_ml: report.metered_ml, end_reason: report.end_reason },
  });
}
