import type { Socket } from 'node:net';
import { query } from '#server/db/query';
import type { Deps } from '#server/services/support/deps';

/** A node as the till knows it now: its key is active and its certificate has not ended by the server's clock. */
export interface KnownNode {
  readonly node_id: number;
  readonly tap_ids: readonly number[];
  /** it speaks with its next key for the first time */
  readonly next_key: boolean;
}

/** Who speaks on the LAN port, and over which connections. */
export interface NodeRegistry {
  bySpki(spki_sha256: string): Promise<KnownNode | undefined>;
  /** Remembers that the node speaks over this socket, until it closes. */
  speaks(node_id: number, socket: Socket): void;
  /** Revoked: forget what is remembered and cut every connection of the node. */
  cut(node_id: number): void;
  /** A node or the taps of one changed, perhaps in another process. */
  forget(): void;
}

/** A revocation in another process is heard by its event; should that be late, this is how long a key still opens. */
const REMEMBERED_MS = 1_000;

export function nodeRegistry(deps: Pick<Deps, 'sequelize' | 'clock'>): NodeRegistry {
  const remembered = new Map<string, { node: KnownNode | undefined; until: number }>();
  const sockets = new Map<number, Set<Socket>>();

  return {
    async bySpki(spki) {
      const now = deps.clock.monotonic();
      const known = remembered.get(spki);
      if (known && known.until > now) return known.node;
      const [node] = await query<KnownNode>(
        deps.sequelize,
        `SELECT n.id AS node_id, n.spki_sha256 <> $1 AS next_key, ARRAY(SELECT t.id FROM taps t WHERE t.node_id = n.id) AS tap_ids
         FROM nodes n WHERE (n.spki_sha256 = $1 OR n.next_spki_sha256 = $1) AND n.state = 'active' AND n.certificate_expires_at > $2`,
        [spki, deps.clock.now()],
      );
      if (node && !node.next_key) remembered.set(spki, { node, until: now + REMEMBERED_MS });
      else remembered.delete(spki);
      return node;
    },
    speaks(node_id, socket) {
      const mine = sockets.get(node_id) ?? new Set();
      if (mine.has(socket)) return;
      sockets.set(node_id, mine.add(socket));
      socket.once('close', () => {
        mine.delete(socket);
        if (mine.size === 0 && sockets.get(node_id) === mine) sockets.delete(node_id);
      });
    },
    cut(node_id) {
      remembered.clear();
      for (const socket of sockets.get(node_id) ?? []) socket.destroy();
    },
    forget: () => remembered.clear(),
  };
}
