import { DomainError } from '#domain/errors';
import type { SetTapStatusInput, TapStatusWire } from '#domain/protocol/taps';
import type { TapStatus } from '#domain/tap/statuses';
import type { Unit } from '../db/inTransaction.ts';
import { appendAudit } from './support/appendAudit.ts';
import { by, command } from './support/command.ts';
import type { Actor, Deps } from './support/deps.ts';
import { lockTapStatus, statusWhenFree, writeTapStatus } from './support/tapStatus.ts';
import type { LockedTap } from './support/tapStatus.ts';

/**
 * A tap is switched off, or on again. A pour that runs goes on; no other is given. Switched on while a pour of it is waited
 * for, it waits. Locks: request key → tap.
 * @throws DomainError tap.not_found, tap.being_cleaned, tap.has_unsettled_grant
 */
export async function setTapStatus(
  deps: Deps,
  actor: Actor,
  input: SetTapStatusInput,
): Promise<TapStatusWire> {
  return command(deps, { procedure: 'tap.setStatus', actor, input }, async (unit) => {
    const { tap_id, reason } = input;
    const tap = await lockTapStatus(unit, tap_id);
    const status = await nextStatus(unit, tap, input.status);
    const details = { from: tap.status, to: status };
    await appendAudit(unit, { action: 'tap.status_set', ...by(actor), tap_id, reason, details });
    return writeTapStatus(unit, deps, { tap_id, status });
  });
}

async function nextStatus(unit: Unit, tap: LockedTap, to: 'selling' | 'disabled'): Promise<TapStatus> {
  const { tap_id } = tap;
  if (tap.status === 'cleaning') throw new DomainError('tap.being_cleaned', { tap_id });
  if (to === 'disabled') return to;
  const status = await statusWhenFree(unit, tap_id);
  // To let it sell over a pour that is waited for is not what this button is for.
  if (tap.status === 'processing_sync' && status === 'processing_sync')
    throw new DomainError('tap.has_unsettled_grant', { tap_id });
  return status;
}
