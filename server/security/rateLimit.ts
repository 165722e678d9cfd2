/** How often something may be tried: per address, and by everybody together. */
export interface RateLimit {
  /** Takes one try; 0 when it is allowed, else the seconds until the next one is. */
  take(address: string): number;
}

export interface RateLimitOptions {
  readonly perAddress: number;
  readonly global: number;
  readonly windowMs: number;
  readonly monotonic: () => number;
}

const EVERYBODY = '*';
/** More addresses than a bar has devices: beyond it the oldest windows go, and the global limit still holds. */
const ADDRESSES_KEPT = 1_000;

/** Fixed windows that begin with the first try. */
export function rateLimit({ perAddress, global, windowMs, monotonic }: RateLimitOptions): RateLimit {
  const windows = new Map<string, { began: number; count: number }>();
  const left = (key: string, limit: number): number => {
    const now = monotonic();
    let window = windows.get(key);
    if (!window || now - window.began >= windowMs) {
      window = { began: now, count: 0 };
      windows.delete(key);
      windows.set(key, window);
    }
    window.count += 1;
    return window.count <= limit ? 0 : Math.max(1, Math.ceil((window.began + windowMs - now) / 1000));
  };
  return {
    take(address) {
      const mine = left(address, perAddress);
      const wait = mine > 0 ? mine : left(EVERYBODY, global);
      while (windows.size > ADDRESSES_KEPT) {
        const oldest = [...windows.keys()].find((key) => key !== EVERYBODY);
        if (oldest === undefined) break;
        windows.delete(oldest);
      }
      return wait;
    },
  };
}
