import type { NodeRow } from '#domain/protocol/equipment';
import { query } from '#server/db/query';
import type { Deps } from '#server/services/support/deps';

type Row = Omit<NodeRow, 'silent_ms' | 'last_seen_at' | 'enrolled_at' | 'certificate_expires_at'> & {
  last_seen_at: Date | null;
  enrolled_at: Date;
  certificate_expires_at: Date;
};

/** Every node that was ever paired, those that work first. */
export async function nodeList(deps: Pick<Deps, 'sequelize' | 'clock'>): Promise<NodeRow[]> {
  const rows = await query<Row>(
    deps.sequelize,
    `SELECT n.id AS node_id, n.name, n.state, n.software, n.protocol_version, n.queue_depth, n.last_seen_at, n.enrolled_at,
       n.certificate_expires_at, ARRAY(SELECT t.number FROM taps t WHERE t.node_id = n.id ORDER BY t.number) AS tap_numbers
     FROM nodes n ORDER BY n.state, n.id`,
  );
  const now = deps.clock.now().getTime();
  return rows.map((row) => ({
    ...row,
    silent_ms: row.last_seen_at && Math.max(0, now - row.last_seen_at.getTime()),
    last_seen_at: row.last_seen_at?.toISOString() ?? null,
    enrolled_at: row.enrolled_at.toISOString(),
    certificate_expires_at: row.certificate_expires_at.toISOString(),
  }));
}
