import { recordStranger, type Stranger } from '#server/services/recordStranger';
import type { Deps } from '#server/services/support/deps';

/** Who is refused on the LAN port leaves one row in ten minutes, not one for each try; a crowd of strangers leaves few. */
export interface StrangerLog {
  refused(stranger: Stranger): Promise<void>;
}

const ONCE_IN_MS = 10 * 60_000;
const REMEMBERED_AT_MOST = 50;

export function strangerLog(deps: Deps): StrangerLog {
  const seen = new Map<string, number>();
  return {
    async refused(stranger) {
      const now = deps.clock.monotonic();
      for (const [key, at] of seen) if (now - at >= ONCE_IN_MS) seen.delete(key);
      const key = stranger.spki_sha256 ?? `${stranger.address}|${stranger.foreign}`;
      if (seen.has(key) || seen.size >= REMEMBERED_AT_MOST) return;
      seen.set(key, now);
      await recordStranger(deps, stranger);
    },
  };
}
