import { DomainError } from '#domain/errors';
import type { ConfirmPairingAnswer, ConfirmPairingInput } from '#domain/protocol/pairing';
import type { Unit } from '#server/db/inTransaction';
import { query } from '#server/db/query';
import { sameSecret } from '#server/security/secrets';
import { appendAudit } from './support/appendAudit.ts';
import { requireShiftLead } from './support/approval.ts';
import type { Approver } from './support/approval.ts';
import { by, command } from './support/command.ts';
import type { Actor, Deps } from './support/deps.ts';
import { lockPairing, refuseRow, tellPairings, type PairingRow } from './support/pairings.ts';
import { takeNodeIn } from './support/takeNodeIn.ts';

export type ConfirmPairing = Omit<ConfirmPairingInput, 'approval'> & { approver: Approver | null };
type Outcome = { node_id: number } | { over: 'code_wrong' | 'key_used_before' };

/**
 * Somebody has read the same code at the tap and at the till, and answers for it with a PIN: the key becomes a node. Another
 * code ends the request, because then somebody may stand between. Locks: request key → pairing → taps.
 * @throws DomainError approval.needed, pairing.not_found, pairing.code_wrong, enrolment.bad_request, tap.has_node, tap.not_found
 */
export async function confirmPairing(
  deps: Deps,
  actor: Actor,
  input: ConfirmPairing,
): Promise<ConfirmPairingAnswer> {
  const approved = requireShiftLead(input.approver);
  const outcome = await command<ConfirmPairing, Outcome>(
    deps,
    { procedure: 'node.confirmPairing', actor, input },
    async (unit) => {
      const { pairing_id, code } = input;
      const pairing = await lockPairing(unit, deps, pairing_id);
      if (!pairing?.code) throw new DomainError('pairing.not_found', { pairing_id });
      const asked = { actor, approved, input, pairing };
      if (!sameSecret(code, pairing.code)) return refuseCode(unit, deps, asked);
      return takeIn(unit, deps, asked);
    },
  );
  if ('node_id' in outcome) return outcome;
  // Committed, and only then thrown: a wrong code ends the request and leaves its trace.
  if (outcome.over === 'code_wrong')
    throw new DomainError('pairing.code_wrong', { pairing_id: input.pairing_id });
  throw new DomainError('enrolment.bad_request', { problem: outcome.over });
}

type Asked = { actor: Actor; approved: Approver; input: ConfirmPairing; pairing: PairingRow };

async function takeIn(unit: Unit, deps: Deps, { approved, input, pairing }: Asked): Promise<Outcome> {
  const { pairing_id, name, tap_ids } = input;
  const node_id = await takeNodeIn(unit, deps, {
    name,
    spki_sha256: pairing.spki_sha256,
    tap_ids,
    operator_id: approved.operator_id,
    how: 'node.paired',
  });
  if (node_id === undefined) {
    await refuseRow(unit, deps, { pairing_id, operator_id: approved.operator_id });
    return { over: 'key_used_before' };
  }
  await query(
    unit,
    `UPDATE node_pairings SET state = 'confirmed', node_id = $2, decided_at = $3, decided_by = $4 WHERE id = $1`,
    [pairing_id, node_id, deps.clock.now(), approved.operator_id],
  );
  await tellPairings(unit, deps);
  return { node_id };
}

async function refuseCode(unit: Unit, deps: Deps, { actor, approved, pairing }: Asked): Promise<Outcome> {
  await refuseRow(unit, deps, { pairing_id: pairing.id, operator_id: approved.operator_id });
  await appendAudit(unit, {
    action: 'security.pairing_code_wrong',
    ...by(actor),
    details: { pairing_id: pairing.id, address: pairing.address, approved_by: approved.operator_id },
  });
  return { over: 'code_wrong' };
}
