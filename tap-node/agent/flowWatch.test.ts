import { describe, expect, it } from 'vitest';
import { Bench, OTHER_UID, TX } from '#tap-node/testing/tapFixture';
import { DRY_IDLE_MS, DRY_POURS } from './flowWatch.ts';

/** Millilitres in each 50 ms, as the meter is read while it pours. */
function run(tap: Bench, ml_per_tick: number, ms: number): Bench {
  for (let passed = 0; passed < ms && tap.state.pour?.stage === 'flowing'; passed += 50) {
    tap.now += 50;
    tap.flow(ml_per_tick);
  }
  return tap;
}

function finish(tap: Bench): Bench {
  tap.lift().wait(2_000).wait(2_000);
  return tap.hear({ kind: 'end_durable', client_tx_id: TX }).hear({ kind: 'verdict', client_tx_id: TX });
}
const dry = (tap: Bench, ms = 10_000) => finish(tap.lay().grant().durable().wait(ms));
const pour = (tap: Bench, ml_per_tick: number, ms = 4_000) =>
  finish(run(tap.lay().grant().durable(), ml_per_tick, ms));
const fresh = () => Bench.selling().hear({ kind: 'meter', pulses: 0 });
const troubleOf = (tap: Bench) => tap.state.flow.trouble;

describe('an open valve and no pulse', () => {
  const inTrouble = () => {
    const tap = fresh();
    for (let times = 0; times < DRY_POURS; times++) {
      expect(troubleOf(tap)).toBeNull();
      dry(tap);
    }
    return tap;
  };

  it(`${DRY_POURS} times one after another is told, once is a guest who does not pull the handle`, () => {
    expect(troubleOf(inTrouble())).toBe('no_flow');
  });

  it('then waits for the first pulse only shortly', () => {
    const tap = inTrouble()
      .lay()
      .grant()
      .durable()
      .forget()
      .wait(DRY_IDLE_MS - 1);
    expect(tap.kinds()).not.toContain('close_valve');
    expect(tap.wait(1).kinds()).toContain('close_valve');
  });

  it('the first pulse ends the trouble, and the guest has the whole idle time', () => {
    const tap = inTrouble().lay().grant().durable().flow(3).forget();
    expect(troubleOf(tap)).toBeNull();
    expect(tap.wait(9_999).kinds()).not.toContain('close_valve');
  });

  it.each([
    ['too short to tell', (tap: Bench) => dry(tap, 500)],
    ['a pour between', (tap: Bench) => pour(dry(dry(tap)), 3)],
  ])('%s is none', (_name, change) => {
    const tap = change(fresh());
    dry(dry(tap));
    expect(troubleOf(tap)).toBeNull();
  });
});

describe('beer that runs far slower than it does here', () => {
  const known = () => pour(fresh(), 3);
  const slowly = (tap: Bench, ms: number) => run(tap.lay(OTHER_UID).grant().durable(), 0.5, ms);

  it.each<[string, () => Bench, string | null]>([
    ['for 7 s', () => slowly(known(), 7_000), 'low_flow'],
    ['for 4 s: the foam is topped up', () => slowly(known(), 4_000), null],
    ['on a line that nobody has seen run', () => slowly(fresh(), 7_000), null],
    ['by a cautious guest: a third of it', () => run(known().lay().grant().durable(), 1, 8_000), null],
    [
      'with pauses',
      () => [1, 2, 3, 4].reduce((tap) => run(tap.wait(3_000), 0.5, 2_000), known().lay().grant().durable()),
      null,
    ],
    ['and as before again', () => run(slowly(known(), 7_000), 3, 2_500), null],
  ])('%s', (_name, make, trouble) => {
    expect(troubleOf(make())).toBe(trouble);
  });

  it('does not become what the line is measured against', () => {
    const tap = known();
    const norm = tap.state.flow.norm_ml_s;
    expect(norm).toBeCloseTo(60, 0);
    finish(slowly(tap, 9_000));
    expect(tap.state.flow).toMatchObject({ norm_ml_s: norm, trouble: 'low_flow' });
  });
});
