import { decideLeaseEnd } from '#domain/grant/decideForceUnlock';
import { inTransaction } from '../db/inTransaction.ts';
import { query } from '../db/query.ts';
import { faultPoint } from '../testing/faultPoints.ts';
import { appendAudit } from './support/appendAudit.ts';
import type { Deps } from './support/deps.ts';
import { findGrant, lockGrantAndOwner } from './support/grantRow.ts';
import { makePourPending, tellGrantMoved } from './support/moveGrant.ts';
import { readSettings } from './support/settings.ts';

/**
 * The lease of a grant is over: its valve is provably shut, its volume unknown. The lock stays, the funds stay reserved, the
 * pour is shown as pending. Called by the lease clock; again is no change.
 * Locks: guest account → visit → tap → grant → pour.
 */
export async function endLease(deps: Deps, grant_id: string): Promise<{ ended: boolean }> {
  return inTransaction(deps.sequelize, async (unit) => {
    const found = await findGrant(unit, grant_id);
    if (!found) return { ended: false };
    const { grant } = await lockGrantAndOwner(unit, found);
    const decision = decideLeaseEnd(grant);
    if (decision.effect === 'none') return { ended: false };
    await query(unit, 'UPDATE grants SET lease_over = true WHERE id = $1', [grant.id]);
    if (decision.make_pending) await makePourPending(unit, grant);
    const { visit_id, guest_id, tap_id, node_id } = grant;
    await appendAudit(unit, { action: 'grant.lease_over', visit_id, guest_id, tap_id, node_id, grant_id });
    await tellGrantMoved(unit, deps, grant);
    faultPoint('lease.before_commit');
    return { ended: true };
  });
}

/** At the start of the server: nobody knows how long it was away, so every running lease begins anew (H24). */
export async function restartLeases(deps: Deps): Promise<number> {
  const { pour } = await readSettings(deps.sequelize);
  const running = await query<{ id: string }>(
    deps.sequelize,
    `SELECT id FROM grants WHERE state IN ('open', 'orphaned') AND NOT lease_over`,
  );
  for (const { id } of running) deps.leases.start(id, pour.lease_ms);
  return running.length;
}
