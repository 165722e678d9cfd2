import type { Deps } from '../services/support/deps.ts';
import { printWaiting } from './printWaiting.ts';

const EVERY_MS = 500;

/** Looks twice a second for what waits; never two at once in this process. Returns its end, which waits for what is under way. */
export function startPrinting(
  deps: Pick<Deps, 'sequelize' | 'clock'>,
  onError: (error: unknown) => void,
): () => Promise<void> {
  let printing: Promise<unknown> | undefined;
  const timer = setInterval(() => {
    printing ??= printWaiting(deps)
      .catch(onError)
      .finally(() => (printing = undefined));
  }, EVERY_MS);
  return async () => {
    clearInterval(timer);
    await printing;
  };
}
