import { DomainError } from '#domain/errors';
import type { CleaningWire, EndCleaningInput } from '#domain/protocol/taps';
import { cleaningById } from '../queries/cleanings.ts';
import { finishCleaning } from './support/cleaning.ts';
import { by, command } from './support/command.ts';
import type { Actor, Deps } from './support/deps.ts';
import { lockTapStatus } from './support/tapStatus.ts';

/**
 * The tap is clean: it sells again, or stays off as it was. Locks: request key → tap.
 * @throws DomainError tap.not_found, tap.not_being_cleaned
 */
export async function endCleaning(deps: Deps, actor: Actor, input: EndCleaningInput): Promise<CleaningWire> {
  return command(deps, { procedure: 'tap.endCleaning', actor, input }, async (unit) => {
    const { tap_id, then } = input;
    await lockTapStatus(unit, tap_id);
    const session_id = await finishCleaning(unit, deps, { tap_id, then, actor: by(actor) });
    if (session_id === null) throw new DomainError('tap.not_being_cleaned', { tap_id });
    return cleaningById(unit, session_id);
  });
}
