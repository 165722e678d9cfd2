import { DomainError } from '#domain/errors';
import type { Done } from '#domain/protocol/access';
import type { RefusePairingInput } from '#domain/protocol/pairing';
import { appendAudit } from './support/appendAudit.ts';
import { by, command } from './support/command.ts';
import type { Actor, Deps } from './support/deps.ts';
import { lockPairing, refuseRow } from './support/pairings.ts';

/** Nobody here knows this node. Locks: request key → pairing. @throws DomainError pairing.not_found */
export async function refusePairing(deps: Deps, actor: Actor, input: RefusePairingInput): Promise<Done> {
  return command(deps, { procedure: 'node.refusePairing', actor, input }, async (unit) => {
    const { pairing_id, reason } = input;
    const pairing = await lockPairing(unit, deps, pairing_id);
    if (!pairing) throw new DomainError('pairing.not_found', { pairing_id });
    await refuseRow(unit, deps, { pairing_id, operator_id: actor.operator_id });
    const details = { pairing_id, address: pairing.address };
    await appendAudit(unit, { action: 'node.pairing_refused', ...by(actor), reason, details });
    return { done: true as const };
  });
}
