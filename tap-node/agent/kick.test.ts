import { describe, expect, it } from 'vitest';
import { Bench } from '#tap-node/testing/tapFixture';

/** Millilitres in each 50 ms, as the meter is read while it pours. */
function run(tap: Bench, ml_per_tick: number, ticks: number): Bench {
  for (let i = 0; i < ticks && tap.state.pour?.stage === 'flowing'; i += 1) {
    tap.now += 50;
    tap.flow(ml_per_tick);
  }
  return tap;
}

describe('a keg that runs empty', () => {
  it('drives gas through the meter: the pour ends in a kick, and the burst is told apart from the beer', () => {
    const tap = run(run(Bench.selling().pouring(), 3, 60), 20, 40);
    expect(tap.state.pour).toMatchObject({ stage: 'closing', end_reason: 'kick' });
    tap.wait(5_000);
    const end = tap.last('journal_end');
    expect(end?.kick_ml).toBeGreaterThanOrEqual(60);
    expect((end?.ml ?? 0) - (end?.kick_ml ?? 0)).toBeGreaterThanOrEqual(180);
    expect(tap.kinds().filter((kind) => kind === 'close_valve')).toHaveLength(1);
  });

  it('what runs after the valve closed on the burst is burst too', () => {
    const tap = run(run(Bench.selling().pouring(), 3, 60), 20, 40);
    const at_close = tap.state.pour?.burst.ml ?? 0;
    tap.flow(30).wait(5_000);
    expect(tap.last('journal_end')?.kick_ml).toBe(at_close + 30);
  });

  it('the fastest tap, a splash of foam, and a reader that was late to look are no kick', () => {
    const fast = run(Bench.selling().pouring(), 6, 100);
    const splash = run(run(run(Bench.selling().pouring(), 3, 20), 12, 4), 3, 60);
    const late = run(Bench.selling().pouring(), 3, 20);
    late.now += 2_500;
    late.flow(90);
    run(late, 3, 20);
    const waited = Bench.selling().pouring();
    waited.now += 4_000;
    run(waited.flow(1), 20, 40);
    for (const tap of [fast, splash, late, waited]) {
      expect(tap.state.pour?.stage).toBe('flowing');
      tap.lift().wait(5_000);
      expect(tap.last('journal_end')).toMatchObject({ end_reason: 'card_removed' });
      expect(tap.last('journal_end')).not.toHaveProperty('kick_ml');
    }
  });
});
