import { setTimeout as pause } from 'node:timers/promises';
import type { z } from 'zod';
import { DomainError } from '#domain/errors';
import { decideForceUnlock } from '#domain/grant/decideForceUnlock';
import { isUnsettled } from '#domain/grant/states';
import type { forceUnlockInput } from '#domain/protocol/till';
import type { Unit } from '../db/inTransaction.ts';
import { query } from '../db/query.ts';
import type { VisitAnswer } from './openVisit.ts';
import { appendAudit } from './support/appendAudit.ts';
import { by, command } from './support/command.ts';
import type { Actor, Deps } from './support/deps.ts';
import { findGrant, lockGrant, openGrantOfVisit } from './support/grantRow.ts';
import type { GrantRow } from './support/grantRow.ts';
import { lockTap } from './support/locks.ts';
import { makePourPending, orphanGrant, tellGrantMoved } from './support/moveGrant.ts';
import { lockGuestOfVisit, lockVisit, visitFor } from './support/visitFor.ts';

type Input = z.output<typeof forceUnlockInput>;

/** How long a reachable node has to stop the pour and report it. */
export const STOP_PATIENCE_MS = 2_000;
const REACHABLE_MS = 5_000;
const LOOK_EVERY_MS = 50;

/**
 * Frees a locked card. A node that can be reached is told to stop first and may still report within two seconds; then the pour
 * is settled and nothing is orphaned. Otherwise the grant is orphaned: its limit stays reserved, a late report still charges
 * it once. Locks: request key → shift (shared) → guest account → visit → tap → grant → pour.
 */
export async function forceUnlock(
  deps: Deps,
  actor: Actor,
  input: Input,
  patience_ms = STOP_PATIENCE_MS,
): Promise<VisitAnswer> {
  const stopped = await stopFirst(deps, input, patience_ms);
  return command(deps, { procedure: 'visit.forceUnlock', actor, input }, async (unit) => {
    const ended = await endedMeanwhile(unit, { actor, input, stopped });
    return ended ?? unlock(unit, deps, { actor, input });
  });
}

async function unlock(unit: Unit, deps: Deps, asked: { actor: Actor; input: Input }): Promise<VisitAnswer> {
  const { actor, input } = asked;
  const { visit_id, expected_version, reason } = input;
  await visitFor(unit, deps, { action: 'force_unlock', actor, visit_id, expected_version });
  const locked = await openGrantOfVisit(unit, visit_id);
  if (locked) await lockTap(unit, locked.tap_id);
  const grant = locked && (await lockGrant(unit, locked.id));
  const decision = decideForceUnlock(grant);
  if (decision.effect === 'refuse' || !grant) throw new DomainError('visit.not_locked', { visit_id });
  await orphanGrant(unit, grant);
  if (decision.make_pending) await makePourPending(unit, grant);
  const { guest_id, tap_id, node_id, id: grant_id } = grant;
  await appendAudit(unit, {
    action: 'visit.force_unlocked',
    ...by(actor),
    visit_id,
    guest_id,
    tap_id,
    grant_id,
    reason,
  });
  await tellGrantMoved(unit, deps, grant);
  unit.afterCommit(() => deps.push(node_id, { kind: 'stop_grant', grant_id }));
  return { visit_id, version: await versionOf(unit, visit_id) };
}

/** Only of the lock that the operator saw: an older request must not stop a newer pour. */
async function stopFirst(deps: Deps, input: Input, patience_ms: number): Promise<GrantRow | null> {
  const grant = await openGrantOfVisit(deps.sequelize, input.visit_id);
  if (!grant || grant.lease_over || !(await isVersion(deps, input))) return null;
  const seen_ms_ago = deps.live.tap(grant.tap_id)?.last_seen_ms_ago ?? Infinity;
  if (seen_ms_ago > REACHABLE_MS) return null;
  deps.push(grant.node_id, { kind: 'stop_grant', grant_id: grant.id });
  for (let waited = 0; waited < patience_ms; waited += LOOK_EVERY_MS) {
    await (deps.pause ?? pause)(LOOK_EVERY_MS);
    const now = await findGrant(deps.sequelize, grant.id);
    if (!now || !isUnsettled(now.state)) break;
  }
  return grant;
}

async function isVersion(deps: Deps, input: Input): Promise<boolean> {
  const rows = await query(deps.sequelize, 'SELECT 1 FROM visits WHERE id = $1 AND version = $2', [
    input.visit_id,
    input.expected_version,
  ]);
  return rows.length > 0;
}

/** The stopped pour was reported in time: the card is free without force. */
async function endedMeanwhile(
  unit: Unit,
  by_: { actor: Actor; input: Input; stopped: GrantRow | null },
): Promise<VisitAnswer | null> {
  const { actor, input, stopped } = by_;
  if (!stopped) return null;
  const { visit_id, reason } = input;
  const { guest_id } = await lockGuestOfVisit(unit, visit_id);
  const visit = await lockVisit(unit, visit_id);
  const grant = await findGrant(unit, stopped.id);
  if (!grant || isUnsettled(grant.state) || visit.active_tap_id !== null) return null;
  const details = { grant_state: grant.state };
  await appendAudit(unit, {
    action: 'visit.pour_stopped',
    ...by(actor),
    visit_id,
    guest_id,
    grant_id: grant.id,
    reason,
    details,
  });
  return { visit_id, version: visit.version };
}

async function versionOf(unit: Unit, visit_id: number): Promise<number> {
  return (await lockVisit(unit, visit_id)).version;
}
