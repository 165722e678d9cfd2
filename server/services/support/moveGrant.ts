import type { Unit } from '../../db/inTransaction.ts';
import { send } from '../../db/query.ts';
import { appendEvent } from '../../events/append.ts';
import type { Deps } from './deps.ts';
import type { GrantRow } from './grantRow.ts';

/** The end of a grant. Its lock goes with it, but only its own: a newer lock has another epoch. */
export async function endGrant(
  unit: Unit,
  deps: Deps,
  move: { grant: GrantRow; to: 'settled' | 'released' | 'manual' },
): Promise<void> {
  const { grant, to } = move;
  await send(unit, 'UPDATE grants SET state = $2, ended_at = now() WHERE id = $1', [grant.id, to]);
  await clearLock(unit, grant);
  unit.afterCommit(() => deps.leases.forget(grant.id));
}

/** The pour may still run or come: funds stay reserved, the lock is gone. */
export async function orphanGrant(unit: Unit, grant: GrantRow): Promise<void> {
  await send(unit, `UPDATE grants SET state = 'orphaned' WHERE id = $1`, [grant.id]);
  await clearLock(unit, grant);
}

async function clearLock(unit: Unit, grant: GrantRow): Promise<void> {
  await send(
    unit,
    `UPDATE visits SET active_tap_id = NULL, lock_set_at = NULL, version = version + 1
     WHERE id = $1 AND active_tap_id IS NOT NULL AND lock_epoch = $2`,
    [grant.visit_id, grant.epoch],
  );
}

/** The till shows a pour of unknown volume, and its tap waits for it. Once per grant. */
export async function makePourPending(unit: Unit, grant: GrantRow): Promise<void> {
  await send(
    unit,
    `INSERT INTO pours (grant_id, client_tx_id, visit_id, guest_id, tap_id, keg_id, beverage_id, shift_id, short_id, sync_status,
       price_minor_per_litre, poured_at)
     SELECT id, client_tx_id, visit_id, guest_id, tap_id, keg_id, beverage_id, shift_id, short_id, 'pending_sync',
       price_minor_per_litre, created_at FROM grants WHERE id = $1
     ON CONFLICT (grant_id) DO NOTHING`,
    [grant.id],
  );
  await send(unit, `UPDATE taps SET status = 'processing_sync' WHERE id = $1 AND status = 'selling'`, [
    grant.tap_id,
  ]);
}

export async function voidPendingPour(unit: Unit, grant_id: string): Promise<void> {
  await send(
    unit,
    `UPDATE pours SET sync_status = 'void' WHERE grant_id = $1 AND sync_status = 'pending_sync'`,
    [grant_id],
  );
}

/** A tap sells again when no pour of it is waited for any more. What staff switched off or is cleaning stays so. */
export async function freeTap(unit: Unit, tap_id: number): Promise<void> {
  await send(
    unit,
    `UPDATE taps SET status = 'selling' WHERE id = $1 AND status = 'processing_sync' AND NOT EXISTS (
       SELECT 1 FROM grants g WHERE g.tap_id = $1 AND (g.state = 'orphaned' OR g.state = 'open' AND g.lease_over))`,
    [tap_id],
  );
}

/** The screens look again at the visit and at the tap. */
export async function tellGrantMoved(unit: Unit, deps: Deps, grant: GrantRow): Promise<void> {
  const { visit_id, guest_id, tap_id, id: grant_id } = grant;
  await appendEvent(unit, deps, { type: 'visit.changed', visit_id, guest_id, tap_id, details: { grant_id } });
  await appendEvent(unit, deps, { type: 'tap.changed', visit_id, tap_id, details: { grant_id } });
}
