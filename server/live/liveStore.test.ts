import { expect, it } from 'vitest';
import { tapRow } from '#domain/protocol/till';
import { liveStore } from './liveStore.ts';

it('a pour that reports before the first heartbeat counts as heard: whole figures for the board', () => {
  const live = liveStore(() => 1_000);
  try {
    live.progress({ tap_id: 1, grant_id: '0190a1f0-0000-4000-8000-000000000000', ml: 120, minor: 3_600 });
    const tap = live.tap(1);
    expect(tap).toMatchObject({ phase: 'pouring', last_seen_ms_ago: 0, live_ml: 120 });
    expect(tapRow.shape.silent_ms.safeParse(tap?.last_seen_ms_ago).success).toBe(true);
  } finally {
    live.close();
  }
});
