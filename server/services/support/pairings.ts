import type { PairingState } from '#domain/node/states';
import type { Unit } from '../../db/inTransaction.ts';
import { query } from '../../db/query.ts';
import { appendEvent } from '../../events/append.ts';
import type { Deps } from './deps.ts';

export type PairingRow = {
  readonly id: string;
  readonly state: PairingState;
  readonly node_name: string;
  readonly spki_sha256: string;
  readonly address: string;
  readonly commitment: string;
  readonly till_nonce: string;
  readonly code: string | null;
};

/** A request that still waits: neither decided nor too old. Locks it. */
export async function lockPairing(
  unit: Unit,
  deps: Pick<Deps, 'clock'>,
  pairing_id: string,
): Promise<PairingRow | undefined> {
  const [row] = await query<PairingRow>(
    unit,
    `SELECT id, state, node_name, spki_sha256, address, commitment, till_nonce, code FROM node_pairings
     WHERE id = $1 AND expires_at > $2 AND state IN ('asked', 'waiting') FOR NO KEY UPDATE`,
    [pairing_id, deps.clock.now()],
  );
  return row;
}

/** The screens that show who waits look again. */
export async function tellPairings(unit: Unit, deps: Deps): Promise<void> {
  await appendEvent(unit, deps, { type: 'tap.changed', details: { what: 'pairing' } });
}

/** Ends a request without a node. */
export async function refuseRow(
  unit: Unit,
  deps: Deps,
  { pairing_id, operator_id }: { pairing_id: string; operator_id: number | null },
): Promise<void> {
  await query(
    unit,
    `UPDATE node_pairings SET state = 'refused', decided_at = $2, decided_by = $3 WHERE id = $1`,
    [pairing_id, deps.clock.now(), operator_id],
  );
  await tellPairings(unit, deps);
}
