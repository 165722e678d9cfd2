import type { z } from 'zod';
import type { HeartbeatInput, progressInput } from '#domain/protocol/node';
import { cost } from '#domain/quantity/pricing';
import { minorPerLitre } from '#domain/quantity/money';
import { millilitres } from '#domain/quantity/volume';
import { DomainError } from '#domain/errors';
import { query } from '#server/db/query';
import type { Deps } from '#server/services/support/deps';
import type { LiveStore } from './liveStore.ts';

interface Hearing {
  readonly deps: Deps;
  readonly live: LiveStore;
}
interface Speaker {
  readonly node_id: number;
  readonly tap_ids: readonly number[];
}

/** A pour's price is asked once; these many pours are remembered. */
const PRICES_KEPT = 200;
const prices = new WeakMap<Hearing['deps'], Map<string, number>>();

/** What a node says of its taps for the screens only. Of other taps it is not heard. */
export const heard = {
  heartbeat({ live }: Hearing, node: Speaker, { taps }: HeartbeatInput): void {
    live.heartbeat(taps.filter((tap) => node.tap_ids.includes(tap.tap_id)));
  },

  /** @throws DomainError grant.not_found for a grant that this node was not given at this tap */
  async progress(hearing: Hearing, node: Speaker, input: z.output<typeof progressInput>): Promise<void> {
    const price = await priceOf(hearing.deps, node, input);
    const minor = cost(millilitres(input.ml), minorPerLitre(price));
    hearing.live.progress({ ...input, minor });
  },
};

async function priceOf(
  deps: Deps,
  node: Speaker,
  pour: { grant_id: string; tap_id: number },
): Promise<number> {
  const known = prices.get(deps) ?? new Map<string, number>();
  prices.set(deps, known);
  const key = `${node.node_id}/${pour.tap_id}/${pour.grant_id}`;
  const price = known.get(key);
  if (price !== undefined) return price;
  const [grant] = await query<{ price: number }>(
    deps.sequelize,
    'SELECT price_minor_per_litre AS price FROM grants WHERE id = $1 AND node_id = $2 AND tap_id = $3',
    [pour.grant_id, node.node_id, pour.tap_id],
  );
  if (!grant) throw new DomainError('grant.not_found');
  known.set(key, grant.price);
  for (const oldest of known.keys()) {
    if (known.size <= PRICES_KEPT) break;
    known.delete(oldest);
  }
  return grant.price;
}
