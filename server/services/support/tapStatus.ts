import { DomainError } from '#domain/errors';
import type { TapStatus } from '#domain/tap/statuses';
import type { Unit } from '../../db/inTransaction.ts';
import { query, queryOne } from '../../db/query.ts';
import { appendEvent } from '../../events/append.ts';
import type { Deps } from './deps.ts';

export type LockedTap = { tap_id: number; number: number; status: TapStatus };

/** @throws DomainError tap.not_found */
export async function lockTapStatus(unit: Unit, tap_id: number): Promise<LockedTap> {
  const [tap] = await query<LockedTap>(
    unit,
    'SELECT id AS tap_id, number, status FROM taps WHERE id = $1 FOR NO KEY UPDATE',
    [tap_id],
  );
  if (!tap) throw new DomainError('tap.not_found', { tap_id });
  return tap;
}

/** Is a finished pour of this tap still waited for? The caller holds the tap. */
export async function waitsForPour(unit: Unit, tap_id: number): Promise<boolean> {
  const { waits } = await queryOne<{ waits: boolean }>(
    unit,
    `SELECT EXISTS (SELECT 1 FROM grants WHERE tap_id = $1 AND (state = 'orphaned' OR state = 'open' AND lease_over)) AS waits`,
    [tap_id],
  );
  return waits;
}

/** What a tap is when nothing keeps it from selling: it sells, unless a pour of it is waited for. */
export async function statusWhenFree(unit: Unit, tap_id: number): Promise<TapStatus> {
  return (await waitsForPour(unit, tap_id)) ? 'processing_sync' : 'selling';
}

/** The screens and the tap's node hear of it. */
export async function writeTapStatus(
  unit: Unit,
  deps: Deps,
  to: { tap_id: number; status: TapStatus },
): Promise<{ tap_id: number; status: TapStatus }> {
  const { tap_id, status } = to;
  await query(unit, 'UPDATE taps SET status = $2 WHERE id = $1', [tap_id, status]);
  await appendEvent(unit, deps, { type: 'tap.changed', tap_id, details: { what: 'status', status } });
  return { tap_id, status };
}
