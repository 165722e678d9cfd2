import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

vi.stubGlobal('window', { setTimeout: (run: () => void, ms: number) => setTimeout(run, ms) });
const { forgetLive, liveTaps, takeIn } = await import('./events.ts');

const GRANT = '00000000-0000-4000-8000-000000000001';
const progress = (ml: number) =>
  ({ type: 'pour.progress', tap_id: 3, grant_id: GRANT, ml, minor: ml * 42 }) as const;

describe('what the subscription says between two fetches', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    forgetLive();
  });
  afterEach(() => vi.useRealTimers());

  it('figures of a pour change at most four times a second, and the last one is shown', () => {
    let changes = 0;
    const end = liveTaps.subscribe(() => (changes += 1));
    for (let ms = 0; ms < 1000; ms += 50) {
      takeIn(progress(ms));
      vi.advanceTimersByTime(50);
    }
    vi.advanceTimersByTime(250);
    end();
    expect(changes).toBeLessThanOrEqual(5);
    expect(liveTaps.get().get(3)?.pour).toEqual({ grant_id: GRANT, ml: 950, minor: 39_900 });
  });

  it('a tap that falls silent shows at once', () => {
    takeIn({ type: 'tap.heartbeat', tap_id: 3, phase: 'offline' });
    expect(liveTaps.get().get(3)?.phase).toBe('offline');
  });

  it('a pour that is over leaves no figures behind', () => {
    takeIn(progress(300));
    vi.advanceTimersByTime(300);
    takeIn({ type: 'tap.heartbeat', tap_id: 3, phase: 'idle' });
    expect(liveTaps.get().get(3)?.pour).toBeNull();
  });

  it('a refusal is taken in with its code, and one that cannot be read is not', () => {
    const details = {
      code: 'insufficient_funds',
      next_action: 'top_up',
      tap_number: 3,
      visit_id: 9,
      card_uid: '04A1',
    };
    takeIn({ type: 'tap.refused', visit_id: 9, tap_id: 3, details });
    expect(liveTaps.get().get(3)?.refusal?.code).toBe('insufficient_funds');
    takeIn({ type: 'tap.refused', visit_id: null, tap_id: 4, details: { code: 'made_up' } });
    expect(liveTaps.get().get(4)).toBeUndefined();
  });
});
