import { UniqueConstraintError } from 'sequelize';
import { decideSettle } from '#domain/pour/decideSettle';
import type { SettleDecision } from '#domain/pour/decideSettle';
import type { Verdict } from '#domain/pour/statuses';
import { inTransaction, sqlState } from '../db/inTransaction.ts';
import type { Unit } from '../db/inTransaction.ts';
import { faultPoint } from '../testing/faultPoints.ts';
import type { Deps } from './support/deps.ts';
import { lockAttempt } from './support/locks.ts';
import { quarantineReport, quarantineUnusable } from './support/quarantineReport.ts';
import type { Unusable } from './support/quarantineReport.ts';
import { readReport } from './support/readReport.ts';
import { openReview } from './support/review.ts';
import { recordOnly, settle, settleLate } from './support/settleEffects.ts';
import type { Arrived, Ground } from './support/settleEffects.ts';
import { settleGround } from './support/settleFacts.ts';
import type { SettleGround } from './support/settleFacts.ts';
import { advanceMark, pouredAt, storeReport } from './support/storeReport.ts';

export type ReportVerdict = { client_tx_id: string | null; verdict: Verdict };

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
  const verdict = read.report
    ? await settleOrKeep(deps, { node_id, read, report: read.report, received_at })
    : await keep(deps, { node_id, read, received_at, reason: 'invalid_report' });
  faultPoint('settle.after_commit');
  return { client_tx_id: read.client_tx_id, verdict };
}

async function settleOrKeep(deps: Deps, arrived: Arrived): Promise<Verdict> {
  try {
    return await inTransaction(deps.sequelize, async (unit) => {
      const verdict = await settleOnce(unit, deps, arrived);
      faultPoint('settle.before_commit');
      return verdict;
    });
  } catch (error) {
    // A rule of the database stood against it and always will: sent for ever it would only block the tap's queue.
    if (!isRefusedByRule(error)) throw error;
    console.error(
      `A report of node ${arrived.node_id} could not be booked and is kept in quarantine: ${messageOf(error)}`,
    );
    return keep(deps, { ...arrived, reason: 'not_bookable' });
  }
}

function keep(deps: Deps, unusable: Unusable): Promise<Verdict> {
  return inTransaction(deps.sequelize, async (unit) => {
    const verdict = await quarantineUnusable(unit, deps, unusable);
    faultPoint('settle.before_commit');
    return verdict;
  });
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** Class 22, bad value, and 23, constraint; not what passes: locks, deadlocks, a database that restarts. */
function isRefusedByRule(error: unknown): boolean {
  return error instanceof UniqueConstraintError || /^2[23]/.test(sqlState(error) ?? '');
}

async function settleOnce(unit: Unit, deps: Deps, arrived: Arrived): Promise<Verdict> {
  const [, found] = await Promise.all([
    lockAttempt(unit, arrived.report.client_tx_id),
    settleGround(unit, deps, arrived),
  ]);
  const decision = decideSettle(found.facts);
  if (decision.effect === 'repeat') return decision.verdict;
  const poured = pouredAt(arrived.received_at, arrived.report, found.grant?.created_at ?? null);
  const storing = storeReport(unit, {
    ...arrived,
    tap_id: found.tap?.tap_id ?? null,
    grant_id: found.named_grant_id,
    verdict: decision.verdict,
    quarantine_reason: decision.effect === 'quarantine' ? decision.reason : null,
    poured,
    origin_shift_id: found.grant?.shift_id ?? null,
    received_shift_id: found.open_shift_id,
  });
  const [report_id, before] = await Promise.all([storing, advanceOwnMark(unit, { ...found, ...arrived })]);
  await showGap(unit, deps, { ...found, ...arrived, report_id, poured }, before);
  await carryOut(unit, deps, { ...found, ...arrived, report_id, poured }, decision);
  return decision.verdict;
}

async function carryOut(
  unit: Unit,
  deps: Deps,
  ground: Ground,
  decision: Exclude<SettleDecision, { effect: 'repeat' }>,
): Promise<void> {
  if (decision.effect === 'quarantine') return quarantineReport(unit, deps, ground, decision);
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

/** How far this journal was read before; null: nothing, or it is not this node's to advance. */
async function advanceOwnMark(unit: Unit, ground: SettleGround & Arrived): Promise<number | null> {
  const { node_id, report, tap, facts: known } = ground;
  if (tap === null || !known.may_speak) return null;
  const { journal_id, seq } = report;
  // Other facts of a pour that is in are no second pour of the journal.
  const booked_ml = known.first_report ? 0 : report.metered_ml;
  return advanceMark(unit, { node_id, journal_id, tap_id: tap.tap_id, seq, booked_ml });
}

/** `seq` proves completeness, never identity (H19): a gap is looked at, whatever follows. */
async function showGap(unit: Unit, deps: Deps, ground: Ground, before: number | null): Promise<void> {
  const { report, tap, report_id } = ground;
  const { journal_id, seq } = report;
  if (tap === null || before === null || before === 0 || seq <= before + 1) return;
  const facts = { journal_id, from_seq: before + 1, to_seq: seq - 1 };
  await openReview(unit, deps, { kind: 'seq_gap', tap_id: tap.tap_id, report_id, facts });
}
