import type { PosAdapter } from '#domain/pos/adapter';
import type { Deps } from '../services/support/deps.ts';
import { deliverWaiting } from './deliver.ts';

const EVERY_MS = 1_000;

/** Looks each second for what waits; never two at once in this process. Returns its end, which waits for what is under way. */
export function startDelivery(
  deps: Pick<Deps, 'sequelize' | 'flag_overrides'>,
  adapter: PosAdapter,
  onError: (error: unknown) => void,
): () => Promise<void> {
  let delivering: Promise<unknown> | undefined;
  const timer = setInterval(() => {
    delivering ??= deliverWaiting(deps, adapter)
      .catch(onError)
      .finally(() => (delivering = undefined));
  }, EVERY_MS);
  return async () => {
    clearInterval(timer);
    await delivering;
  };
}
