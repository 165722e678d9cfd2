import type { StopStateWire } from '#domain/protocol/taps';
import { stopState } from '#domain/tap/stop';
import { query, queryOne } from '../db/query.ts';
import type { Deps } from '../services/support/deps.ts';

/** Which taps have said that they are shut. A tap that has not said so in a second is to be shut by hand. */
export async function emergencyStopState(
  deps: Pick<Deps, 'sequelize' | 'live' | 'clock'>,
): Promise<StopStateWire> {
  const { since } = await queryOne<{ since: Date | null }>(
    deps.sequelize,
    `SELECT (SELECT updated_at FROM settings WHERE key = 'emergency_stop' AND value = 'true') AS since`,
  );
  if (since === null) return { on: false, since, taps: [] };
  const taps = await query<{ tap_id: number; number: number; has_node: boolean }>(
    deps.sequelize,
    `SELECT t.id AS tap_id, t.number, n.id IS NOT NULL AS has_node
     FROM taps t LEFT JOIN nodes n ON n.id = t.node_id AND n.state = 'active' ORDER BY t.number`,
  );
  const since_ms = Math.max(0, deps.clock.now().getTime() - since.getTime());
  return {
    on: true,
    since: since.toISOString(),
    taps: taps.map(({ has_node, ...tap }) => {
      const live = deps.live.tap(tap.tap_id);
      const said_stopped_ms_ago = live?.phase === 'emergency_stop' ? live.last_seen_ms_ago : null;
      return { ...tap, state: stopState({ has_node, since_ms, said_stopped_ms_ago }) };
    }),
  };
}
