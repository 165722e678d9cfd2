import { DomainError } from '#domain/errors';
import type { CleaningWire, EndCleaningInput } from '#domain/protocol/taps';
import { query } from '../db/query.ts';
import { cleaningById } from '../queries/cleanings.ts';
import { appendAudit } from './support/appendAudit.ts';
import { by, command } from './support/command.ts';
import type { Actor, Deps } from './support/deps.ts';
import { lockTapStatus, statusWhenFree, writeTapStatus } from './support/tapStatus.ts';

/**
 * The tap is clean: it sells again, or stays off as it was. Locks: request key → tap.
 * @throws DomainError tap.not_found, tap.not_being_cleaned
 */
export async function endCleaning(deps: Deps, actor: Actor, input: EndCleaningInput): Promise<CleaningWire> {
  return command(deps, { procedure: 'tap.endCleaning', actor, input }, async (unit) => {
    const { tap_id, then } = input;
    await lockTapStatus(unit, tap_id);
    const [session] = await query<{ id: number }>(
      unit,
      `UPDATE cleaning_sessions SET ended_at = greatest(started_at, $2), ended_by = $3
       WHERE tap_id = $1 AND ended_at IS NULL RETURNING id`,
      [tap_id, deps.clock.now().toISOString(), actor.operator_id],
    );
    if (!session) throw new DomainError('tap.not_being_cleaned', { tap_id });
    const status = then === 'disabled' ? then : await statusWhenFree(unit, tap_id);
    await appendAudit(unit, {
      action: 'tap.cleaning_ended',
      ...by(actor),
      tap_id,
      details: { session_id: session.id, status },
    });
    await writeTapStatus(unit, deps, { tap_id, status });
    return cleaningById(unit, session.id);
  });
}
