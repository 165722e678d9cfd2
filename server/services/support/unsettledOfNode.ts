import type { Sequelize } from 'sequelize';
import type { Unit } from '../../db/inTransaction.ts';
import { query } from '../../db/query.ts';
import type { Deps } from './deps.ts';
import { readFlags } from './flags.ts';

export type UnsettledOfNode = {
  grant_id: string;
  client_tx_id: string;
  tap_id: number;
  boot_id: string;
  /** the journal that knew of it is not there any more */
  journal_gone: boolean;
  /** force-unlocked, or its card is lost: the valve must not open, and shuts if it is open */
  stopped: boolean;
};

export async function unsettledOfNode(
  where: Unit | Sequelize,
  deps: Deps,
  node_id: number,
): Promise<UnsettledOfNode[]> {
  const flags = await readFlags(where, deps);
  return query<UnsettledOfNode>(
    where,
    `SELECT g.id AS grant_id, g.client_tx_id, g.tap_id, a.boot_id, g.journal_gone,
       (g.state = 'orphaned' AND $3 OR c.state = 'lost' AND $2) AS stopped
     FROM grants g JOIN attempts a ON a.client_tx_id = g.client_tx_id JOIN cards c ON c.id = g.card_id
     WHERE g.node_id = $1 AND g.state IN ('open', 'orphaned') ORDER BY g.created_at, g.id`,
    // With the lock off an orphan is a pour that goes on beside a newer one, not one that was stopped.
    [node_id, flags.FF_LOST_CARD_ENFORCEMENT, flags.FF_ACTIVE_TAP_LOCK],
  );
}
