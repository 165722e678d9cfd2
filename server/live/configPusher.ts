import type { StoredEvent } from '#server/events/tail';
import { query } from '#server/db/query';
import { nodeConfig } from '#server/services/support/nodeConfig';
import type { Deps } from '#server/services/support/deps';
import type { PushHub } from './pushHub.ts';

/**
 * A keg, a price or a tap changed: the node of that tap hears its new configuration at once. Grants change nothing in it that
 * cannot wait for the next heartbeat, which carries the configuration's version.
 */
export function configPusher(deps: Deps, hub: PushHub, onError: (error: unknown) => void) {
  return (events: readonly StoredEvent[]): void => {
    const taps = events.flatMap(({ event }) =>
      event.type === 'tap.changed' && event.tap_id !== null && !('grant_id' in event.details)
        ? [event.tap_id]
        : [],
    );
    if (taps.length > 0 && hub.connected().length > 0) void push(deps, hub, taps).catch(onError);
  };
}

async function push(deps: Deps, hub: PushHub, tap_ids: readonly number[]): Promise<void> {
  const nodes = await query<{ node_id: number }>(
    deps.sequelize,
    'SELECT DISTINCT node_id FROM taps WHERE id = ANY($1::bigint[]) AND node_id = ANY($2::bigint[])',
    [tap_ids, hub.connected()],
  );
  for (const { node_id } of nodes)
    hub.push(node_id, {
      kind: 'config',
      config: await nodeConfig(deps.sequelize, node_id, deps.clock.now()),
    });
}
