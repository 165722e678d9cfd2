import { machineAfter } from '../../after.ts';
import type { After } from '../../after.ts';
import type { Clock, LeaseClock } from './deps.ts';

export type RunningLeases = LeaseClock & {
  /** No timer fires after this. */
  stop(): void;
};

const RETRY_MS = 1_000;
const RETRY_MOST_MS = 30_000;

/**
 * Leases in monotonic time of this process (H24): a jump of the till's clock ends none of them. `onEnd` must be safe to
 * call twice; when it fails (the database restarts) it is called again, without end.
 */
export function leaseClock(
  clock: Clock,
  onEnd: (grant_id: string) => Promise<unknown>,
  onError: (error: unknown) => void = (error) =>
    console.error('A lease could not be ended, it is tried again:', error),
  after: After = machineAfter,
): RunningLeases {
  const running = new Map<string, { ends_at: number; cancel: () => void }>();
  let stopped = false;

  const wait = (grant_id: string, ends_at: number, ms: number, retry_ms: number) => {
    if (stopped) return;
    const cancel = after(ms, () => void end(grant_id, ends_at, retry_ms));
    running.set(grant_id, { ends_at, cancel });
  };

  const end = async (grant_id: string, ends_at: number, retry_ms: number) => {
    const mine = () => running.get(grant_id)?.ends_at === ends_at;
    try {
      await onEnd(grant_id);
      if (mine()) running.delete(grant_id);
    } catch (error) {
      onError(error);
      if (mine()) wait(grant_id, ends_at, retry_ms, Math.min(RETRY_MOST_MS, retry_ms * 2));
    }
  };

  const forget = (grant_id: string) => {
    running.get(grant_id)?.cancel();
    running.delete(grant_id);
  };

  return {
    start: (grant_id, lease_ms) => {
      forget(grant_id);
      wait(grant_id, clock.monotonic() + lease_ms, lease_ms, RETRY_MS);
    },
    forget,
    leftMs: (grant_id) => Math.max(0, (running.get(grant_id)?.ends_at ?? 0) - clock.monotonic()),
    stop: () => {
      stopped = true;
      for (const grant_id of [...running.keys()]) forget(grant_id);
    },
  };
}
