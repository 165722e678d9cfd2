import { X509Certificate } from 'node:crypto';
import { DomainError } from '#domain/errors';
import { codeText, commitmentText, pairingCode } from '#domain/node/pairing';
import type { PairingRevealInput } from '#domain/protocol/pairing';
import { inTransaction, type Unit } from '#server/db/inTransaction';
import { query } from '#server/db/query';
import { spkiSha256, type Authority } from '#server/security/authority';
import { sha256Hex } from '#server/security/secrets';
import { appendAudit } from './support/appendAudit.ts';
import type { Deps } from './support/deps.ts';
import { lockPairing, refuseRow, tellPairings, type PairingRow } from './support/pairings.ts';

/**
 * The node shows the number that it had committed to; from here on the till shows the code. Another number ends the request.
 * Again is no change. Lock: pairing. @throws DomainError pairing.not_found
 */
export async function revealPairing(
  deps: Deps,
  authority: Pick<Authority, 'certificate'>,
  { pairing_id, nonce }: PairingRevealInput,
): Promise<void> {
  const shown = await inTransaction(deps.sequelize, async (unit) => {
    const pairing = await lockPairing(unit, deps, pairing_id);
    if (!pairing) return false;
    const { spki_sha256: node_spki_sha256, commitment, till_nonce } = pairing;
    if (sha256Hex(commitmentText({ node_spki_sha256, node_nonce: nonce })) !== commitment)
      return endUntrue(unit, deps, pairing);
    if (pairing.state === 'waiting') return true;
    const ca_spki_sha256 = spkiSha256(new X509Certificate(authority.certificate));
    const code = pairingCode(
      sha256Hex(codeText({ ca_spki_sha256, node_spki_sha256, node_nonce: nonce, till_nonce })),
    );
    await query(unit, `UPDATE node_pairings SET state = 'waiting', code = $2 WHERE id = $1`, [
      pairing_id,
      code,
    ]);
    await tellPairings(unit, deps);
    return true;
  });
  if (!shown) throw new DomainError('pairing.not_found', { pairing_id });
}

/** Whoever shows another number than the hidden one has tried to choose the code. */
async function endUntrue(unit: Unit, deps: Deps, { id, address }: PairingRow): Promise<false> {
  await refuseRow(unit, deps, { pairing_id: id, operator_id: null });
  await appendAudit(unit, {
    action: 'security.pairing_number_changed',
    details: { pairing_id: id, address },
  });
  return false;
}
