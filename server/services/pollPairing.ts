import type { PairingPollAnswer } from '#domain/protocol/pairing';
import { query } from '#server/db/query';
import type { Authority } from '#server/security/authority';
import type { Deps } from './support/deps.ts';

type Row = {
  state: string;
  csr: string;
  expires_at: Date;
  node_id: number | null;
  node_active: boolean;
  tap_ids: number[];
};

/** What became of a request. The certificate is no secret: without the node's own key nobody can use it. */
export async function pollPairing(
  deps: Pick<Deps, 'sequelize' | 'clock'>,
  authority: Pick<Authority, 'signNode'>,
  { pairing_id }: { pairing_id: string },
): Promise<PairingPollAnswer> {
  const [row] = await query<Row>(
    deps.sequelize,
    `SELECT p.state, p.csr, p.expires_at, p.node_id, n.state = 'active' AND n.spki_sha256 = p.spki_sha256 AS node_active,
       ARRAY(SELECT t.id FROM taps t WHERE t.node_id = p.node_id ORDER BY t.number) AS tap_ids
     FROM node_pairings p LEFT JOIN nodes n ON n.id = p.node_id WHERE p.id = $1`,
    [pairing_id],
  );
  if (row?.state === 'confirmed' && row.node_active && row.node_id !== null) {
    const { certificate } = await authority.signNode(row.csr);
    return { state: 'paired', node_id: row.node_id, tap_ids: row.tap_ids, certificate };
  }
  const left = row ? row.expires_at.getTime() - deps.clock.now().getTime() : 0;
  if (row && ['asked', 'waiting'].includes(row.state) && left > 0)
    return { state: 'waiting', expires_in_ms: left };
  return { state: 'over' };
}
