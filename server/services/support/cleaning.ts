import type { Unit } from '../../db/inTransaction.ts';
import { query, queryOne } from '../../db/query.ts';
import { appendAudit } from './appendAudit.ts';
import type { Deps } from './deps.ts';
import { statusWhenFree, writeTapStatus } from './tapStatus.ts';

/** Who says so: an operator at a till, or by a card at the node's tap. */
export type CleaningActor = { operator_id: number; till_id?: number; node_id?: number };

/** The tap is locked, free, and not being cleaned. Returns the session's id. */
export async function beginCleaning(
  unit: Unit,
  deps: Deps,
  begin: { tap_id: number; reason: string; circulated: boolean; cleaned_by: number; actor: CleaningActor },
): Promise<number> {
  const { tap_id, reason, circulated, cleaned_by, actor } = begin;
  const { id } = await queryOne<{ id: number }>(
    unit,
    `INSERT INTO cleaning_sessions (tap_id, reason, circulated, cleaned_by, started_at, started_by)
     VALUES ($1, $2, $3, $4, $5, $6) RETURNING id`,
    [tap_id, reason, circulated, cleaned_by, deps.clock.now().toISOString(), actor.operator_id],
  );
  const details = { session_id: id, circulated, cleaned_by };
  await appendAudit(unit, { action: 'tap.cleaning_started', ...actor, tap_id, reason, details });
  await writeTapStatus(unit, deps, { tap_id, status: 'cleaning' });
  return id;
}

/** The tap is locked. Returns the session's id, or null: there was none. */
export async function finishCleaning(
  unit: Unit,
  deps: Deps,
  finish: { tap_id: number; then: 'selling' | 'disabled'; actor: CleaningActor },
): Promise<number | null> {
  const { tap_id, then, actor } = finish;
  const [session] = await query<{ id: number }>(
    unit,
    `UPDATE cleaning_sessions SET ended_at = greatest(started_at, $2), ended_by = $3
     WHERE tap_id = $1 AND ended_at IS NULL RETURNING id`,
    [tap_id, deps.clock.now().toISOString(), actor.operator_id],
  );
  if (!session) return null;
  const status = then === 'disabled' ? then : await statusWhenFree(unit, tap_id);
  const details = { session_id: session.id, status };
  await appendAudit(unit, { action: 'tap.cleaning_ended', ...actor, tap_id, details });
  await writeTapStatus(unit, deps, { tap_id, status });
  return session.id;
}
