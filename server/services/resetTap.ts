import { DomainError } from '#domain/errors';
import type { ResetTapInput, TapStatusWire } from '#domain/protocol/taps';
import { appendAudit } from './support/appendAudit.ts';
import { by, command } from './support/command.ts';
import type { Actor, Deps } from './support/deps.ts';
import { lockTapStatus, waitsForPour, writeTapStatus } from './support/tapStatus.ts';

/**
 * A tap that waits for a pour which was resolved by hand sells again. A grant that is not settled must be resolved first:
 * its beer would else be forgotten. Locks: request key → tap.
 * @throws DomainError tap.not_found, tap.not_waiting, tap.has_unsettled_grant
 */
export async function resetTap(deps: Deps, actor: Actor, input: ResetTapInput): Promise<TapStatusWire> {
  return command(deps, { procedure: 'tap.reset', actor, input }, async (unit) => {
    const { tap_id, reason } = input;
    const tap = await lockTapStatus(unit, tap_id);
    if (tap.status !== 'processing_sync') throw new DomainError('tap.not_waiting', { tap_id });
    if (await waitsForPour(unit, tap_id)) throw new DomainError('tap.has_unsettled_grant', { tap_id });
    await appendAudit(unit, { action: 'tap.reset', ...by(actor), tap_id, reason });
    return writeTapStatus(unit, deps, { tap_id, status: 'selling' });
  });
}
