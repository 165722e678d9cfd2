import { DomainError } from '#domain/errors';
import type { CleaningWire, StartCleaningInput } from '#domain/protocol/taps';
import type { Unit } from '../db/inTransaction.ts';
import { query } from '../db/query.ts';
import { cleaningById } from '../queries/cleanings.ts';
import { beginCleaning } from './support/cleaning.ts';
import { by, command } from './support/command.ts';
import type { Actor, Deps } from './support/deps.ts';
import { pourMayRun } from './support/kegOnTap.ts';
import { lockTapStatus } from './support/tapStatus.ts';

/**
 * A tap is cleaned: it does not sell, and what flows is a loss of nobody; of the keg only if it comes from there.
 * Locks: request key → tap. @throws DomainError tap.not_found, tap.being_cleaned, tap.pour_may_run, staff.not_found
 */
export async function startCleaning(
  deps: Deps,
  actor: Actor,
  input: StartCleaningInput,
): Promise<CleaningWire> {
  return command(deps, { procedure: 'tap.startCleaning', actor, input }, async (unit) => {
    const { tap_id, reason, circulated } = input;
    const tap = await lockTapStatus(unit, tap_id);
    if (tap.status === 'cleaning') throw new DomainError('tap.being_cleaned', { tap_id });
    if (await pourMayRun(unit, tap_id)) throw new DomainError('tap.pour_may_run', { tap_id });
    const cleaned_by = await cleaner(unit, input.cleaned_by ?? actor.operator_id);
    const id = await beginCleaning(unit, deps, { tap_id, reason, circulated, cleaned_by, actor: by(actor) });
    return cleaningById(unit, id);
  });
}

async function cleaner(unit: Unit, operator_id: number): Promise<number> {
  const [known] = await query(unit, 'SELECT id FROM operators WHERE id = $1 AND active', [operator_id]);
  if (!known) throw new DomainError('staff.not_found', { operator_id });
  return operator_id;
}
