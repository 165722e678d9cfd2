import { billedMl } from '#domain/pour/bill';
import { decideSettle } from '#domain/pour/decideSettle';
import type { QuarantineReason, SettleDecision } from '#domain/pour/decideSettle';
import { kegAllowanceMl } from '#domain/keg/states';
import type { Verdict } from '#domain/pour/statuses';
import type { PourReport } from '#domain/protocol/node';
import { learnOvershoot } from '#domain/tap/overshoot';
import { inTransaction } from '../db/inTransaction.ts';
import type { Unit } from '../db/inTransaction.ts';
import { query, queryOne } from '../db/query.ts';
import { faultPoint } from '../testing/faultPoints.ts';
import { appendAudit } from './support/appendAudit.ts';
import { billGrant } from './support/billGrant.ts';
import type { Deps } from './support/deps.ts';
import type { GrantRow } from './support/grantRow.ts';
import { lockAttempt } from './support/locks.ts';
import { endGrant, freeTap, tellGrantMoved, voidPendingPour } from './support/moveGrant.ts';
import { markKegEmpty, moveKeg } from './support/moveKeg.ts';
import { readReport } from './support/readReport.ts';
import type { ReadReport } from './support/readReport.ts';
import { recordLateMeter, recordMeteredPour } from './support/recordPour.ts';
import { openReview } from './support/review.ts';
import { settleGround } from './support/settleFacts.ts';
import type { SettleGround } from './support/settleFacts.ts';
import { readSettings } from './support/settings.ts';
import { advanceMark, pouredAt, storeReport } from './support/storeReport.ts';
import type { PouredAt } from './support/storeReport.ts';

export type ReportVerdict = { client_tx_id: string | null; verdict: Verdict };

type Arrived = { node_id: number; read: ReadReport; report: PourReport; received_at: Date };
type Ground = SettleGround & Arrived & { report_id: number; poured: PouredAt };
type Effect<Name> = SettleDecision & { effect: Name };

/**
 * One report of a pour, as it came. Never refused: every report of an authentic node gets its verdict after the commit, and
 * one that cannot be used is kept in quarantine so that the next one is heard. Delivered again it changes nothing.
 * Locks: attempt → shift (shared) → guest account → visit → tap → grant → pour → keg.
 */
export async function settleReport(
  deps: Deps,
  node: { node_id: number },
  raw: unknown,
): Promise<ReportVerdict> {
  const read = readReport(raw);
  const { node_id } = node;
  const received_at = deps.clock.now();
  const verdict = await inTransaction(deps.sequelize, async (unit) => {
    const given = read.report
      ? await settleOnce(unit, deps, { node_id, read, report: read.report, received_at })
      : await quarantineInvalid(unit, deps, { node_id, read, received_at });
    faultPoint('settle.before_commit');
    return given;
  });
  faultPoint('settle.after_commit');
  return { client_tx_id: read.client_tx_id, verdict };
}

async function settleOnce(unit: Unit, deps: Deps, arrived: Arrived): Promise<Verdict> {
  await lockAttempt(unit, arrived.report.client_tx_id);
  const found = await settleGround(unit, deps, arrived);
  const decision = decideSettle(found.facts);
  if (decision.effect === 'repeat') return decision.verdict;
  const poured = pouredAt(arrived.received_at, arrived.report, found.grant?.created_at ?? null);
  const report_id = await storeReport(unit, {
    ...arrived,
    tap_id: found.tap?.tap_id ?? null,
    grant_id: found.named_grant_id,
    verdict: decision.verdict,
    quarantine_reason: decision.effect === 'quarantine' ? decision.reason : null,
    poured,
    origin_shift_id: found.grant?.shift_id ?? null,
    received_shift_id: found.open_shift_id,
  });
  await followSeq(unit, deps, { ...found, ...arrived, report_id, poured });
  await carryOut(unit, deps, { ...found, ...arrived, report_id, poured }, decision);
  return decision.verdict;
}

async function carryOut(
  unit: Unit,
  deps: Deps,
  ground: Ground,
  decision: Exclude<SettleDecision, { effect: 'repeat' }>,
): Promise<void> {
  if (decision.effect === 'quarantine') return quarantine(unit, deps, ground, decision);
  const { grant } = ground;
  if (!grant) throw new Error(`A ${decision.effect} of a report without a grant.`);
  switch (decision.effect) {
    case 'settle':
      return settle(unit, deps, { ...ground, grant }, decision);
    case 'late':
      return settleLate(unit, deps, { ...ground, grant }, decision);
    case 'record':
      return recordOnly(unit, deps, { ...ground, grant }, decision);
  }
}

type WithGrant = Ground & { grant: GrantRow };

/** The one way in which a metered pour becomes money. */
async function settle(unit: Unit, deps: Deps, ground: WithGrant, decision: Effect<'settle'>): Promise<void> {
  const { grant, report, report_id, poured, balance_minor } = ground;
  const { pour: law } = await readSettings(unit);
  // Billed while the grant is still unsettled: its own limit is left out of what the others reserve either way.
  if (decision.to === 'settled') {
    const billed = billedMl(report.metered_ml, law.first_flush_ml);
    const bill = await billGrant(unit, deps, { grant, ml: billed.billed_ml, balance_minor, report_id });
    await recordMeteredPour(unit, { grant, report, poured, billed, bill });
  } else await voidPendingPour(unit, grant.id);
  await endGrant(unit, deps, { grant, to: decision.to });
  await moveKeg(unit, { ...ofReport(ground), keg_id: grant.keg_id, kind: 'pour', out_ml: decision.keg_ml });
  await lookAtKeg(unit, ground, law.keg_allowance_percent);
  await learn(unit, ground);
  await freeTap(unit, grant.tap_id);
  await audit(unit, ground, `grant.${decision.to}`);
  await tellGrantMoved(unit, deps, grant);
}

/** The hand was first: the meter replaces it at the keg, money stays (H18, rule 7). */
async function settleLate(
  unit: Unit,
  deps: Deps,
  ground: WithGrant,
  decision: Effect<'late'>,
): Promise<void> {
  const { grant, report, poured, report_id } = ground;
  await recordLateMeter(unit, { grant, report, poured });
  await moveKeg(unit, {
    ...ofReport(ground),
    keg_id: grant.keg_id,
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
  await audit(unit, ground, `pour.${decision.verdict}`);
  await tellGrantMoved(unit, deps, grant);
}

/** The grant had ended without this volume: the keg knows it, a person looks, money does not move. */
async function recordOnly(
  unit: Unit,
  deps: Deps,
  ground: WithGrant,
  decision: Effect<'record'>,
): Promise<void> {
  const { grant, report, report_id } = ground;
  await moveKeg(unit, {
    ...ofReport(ground),
    keg_id: grant.keg_id,
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
  await audit(unit, ground, 'pour.unbilled');
}

/** Kept with its raw body, shown, and out of the node's queue (H20). Volume of an unknown pour still leaves a keg. */
async function quarantine(
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

async function quarantineInvalid(
  unit: Unit,
  deps: Deps,
  arrived: { node_id: number; read: ReadReport; received_at: Date },
): Promise<Verdict> {
  const { node_id, read, received_at } = arrived;
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
    quarantine_reason: 'invalid_report',
    poured: pouredAt(received_at, null, null),
    origin_shift_id: null,
    received_shift_id: shift.id,
  });
  await openReview(unit, deps, { kind: 'invalid_report', report_id });
  await securityEvent(unit, arrived, { reason: 'invalid_report', tap_id: null, report_id });
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

const ofReport = ({ grant, report, report_id }: Ground) => ({
  tap_id: report.tap_id,
  grant_id: grant?.id ?? null,
  report_id,
});

/** `seq` proves completeness, never identity (H19): a gap is looked at, whatever follows. */
async function followSeq(unit: Unit, deps: Deps, ground: Ground): Promise<void> {
  const { node_id, report, tap, report_id } = ground;
  if (tap === null || !ground.facts.may_speak) return;
  const { journal_id, seq } = report;
  const before = await advanceMark(unit, { node_id, journal_id, tap_id: tap.tap_id, seq });
  if (before === null || before === 0 || seq <= before + 1) return;
  const facts = { journal_id, from_seq: before + 1, to_seq: seq - 1 };
  await openReview(unit, deps, { kind: 'seq_gap', tap_id: tap.tap_id, report_id, facts });
}

/** Empty is a kick, or a remainder below the allowance. */
async function lookAtKeg(unit: Unit, ground: WithGrant, allowance_percent: number): Promise<void> {
  const { grant, report } = ground;
  const keg = await queryOne<{ size_ml: number; remaining_ml: number }>(
    unit,
    'SELECT size_ml, remaining_ml FROM kegs WHERE id = $1',
    [grant.keg_id],
  );
  const below = keg.remaining_ml < -kegAllowanceMl(keg.size_ml, allowance_percent);
  if (!below && report.end_reason !== 'kick') return;
  if (await markKegEmpty(unit, grant.keg_id))
    await appendAudit(unit, {
      action: 'keg.emptied',
      tap_id: grant.tap_id,
      grant_id: grant.id,
      details: {
        keg_id: grant.keg_id,
        why: below ? 'below_allowance' : 'kick',
        remaining_ml: keg.remaining_ml,
      },
    });
}

/** Only a pour that ended on its limit tells what flows after the close. */
async function learn(unit: Unit, { grant, tap, report }: WithGrant): Promise<void> {
  if (report.end_reason !== 'limit' || tap === null) return;
  const learned_ml = learnOvershoot(tap.overshoot_ml, report.metered_ml, grant.limit_ml);
  if (learned_ml === tap.overshoot_ml) return;
  await query(unit, 'UPDATE taps SET overshoot_ml = $2 WHERE id = $1', [tap.tap_id, learned_ml]);
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
