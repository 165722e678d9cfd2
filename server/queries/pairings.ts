import type { PairingWire } from '#domain/protocol/pairing';
import { query } from '#server/db/query';
import type { Deps } from '#server/services/support/deps';

type Row = Omit<PairingWire, 'requested_at' | 'expires_at'> & { requested_at: Date; expires_at: Date };

/** The nodes that wait for somebody to compare their code, in the order in which they asked. */
export async function pairingList(deps: Pick<Deps, 'sequelize' | 'clock'>): Promise<PairingWire[]> {
  const rows = await query<Row>(
    deps.sequelize,
    `SELECT id AS pairing_id, node_name AS name, code, address, requested_at, expires_at FROM node_pairings
     WHERE state = 'waiting' AND expires_at > $1 ORDER BY requested_at, id`,
    [deps.clock.now()],
  );
  return rows.map((row) => ({
    ...row,
    requested_at: row.requested_at.toISOString(),
    expires_at: row.expires_at.toISOString(),
  }));
}
