import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide, nextDeadline } from './decide.ts';
import type { TapEvent } from './events.ts';
import type { TapState } from './state.ts';
import type { Step } from './steps.ts';
import { aConfig, aGrant, aRefusal, Bench, OTHER_UID, UID } from '#tap-node/testing/tapFixture';

/*
 * Any order of events, any timing, answers lost, late or doubled. A small world keeps what was ordered and answers from that,
 * so that events are possible ones, in impossible orders.
 */
type Move =
  | { kind: 'wait'; ms: number }
  | { kind: 'lay'; other: boolean }
  | { kind: 'flow'; ml: number }
  | { kind: 'answer'; at: number; refused: boolean }
  | { kind: 'lose'; at: number }
  | { kind: 'disk'; works: boolean }
  /** all that a pour needs to begin, if nothing stands in the way */
  | { kind: 'begin' }
  /** the card is lifted and laid again */
  | { kind: 'flap'; ms: number }
  | { kind: 'verdict' | 'cancelled' | 'stop' | 'lift' | 'emergency' | 'calm' | 'up' | 'down' };

const plain = <Kind extends Move['kind']>(kind: Kind) => fc.constant({ kind });
const move: fc.Arbitrary<Move> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 700 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 130_000 }) }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('lay' as const), other: fc.boolean() }) },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('flow' as const), ml: fc.integer({ min: 0, max: 300 }) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('answer' as const), at: fc.nat(3), refused: fc.boolean() }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('lose' as const), at: fc.nat(3) }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('disk' as const), works: fc.boolean() }) },
  { weight: 5, arbitrary: plain('begin') },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('flap' as const), ms: fc.integer({ min: 0, max: 600 }) }),
  },
  { weight: 3, arbitrary: fc.oneof(plain('verdict'), plain('cancelled'), plain('up'), plain('calm')) },
  { weight: 3, arbitrary: plain('lift') },
  { weight: 1, arbitrary: fc.oneof(plain('stop'), plain('emergency'), plain('down')) },
);

class World {
  state: TapState = Bench.selling().state;
  now = 1_000;
  pulses = 0;
  tx = 0;
  grants = 0;
  valve = false;
  opened = 0;
  reopened = 0;
  /** what the executors still owe an answer to */
  calls: Step[] = [];
  writes: Step[] = [];
  readonly intents = new Set<string>();
  readonly ends = new Map<string, number>();
  readonly cancels = new Set<string>();
  readonly stopped = new Set<string>();

  run(moves: readonly Move[]): void {
    this.hear({ kind: 'meter', pulses: 0 });
    for (const one of moves) this.make(one);
  }

  make(one: Move): void {
    switch (one.kind) {
      case 'wait':
        return this.wait(one.ms);
      case 'lay':
        return this.hear({ kind: 'card_laid', uid: one.other ? OTHER_UID : UID, client_tx_id: this.newTx() });
      case 'lift':
        return this.hear({ kind: 'card_removed' });
      case 'flow':
        if (this.valve) this.pulses += one.ml;
        return this.hear({ kind: 'meter', pulses: this.pulses });
      case 'answer':
        return this.answer(one);
      case 'lose':
        return this.lose(one.at);
      case 'disk':
        return this.write(one.works);
      case 'verdict':
        return this.verdict();
      case 'cancelled':
        return this.cancelled();
      case 'stop':
        return this.stop();
      case 'begin':
        return this.begin();
      case 'flap':
        return this.flap(one.ms);
      case 'emergency':
      case 'calm':
        return this.hear({ kind: 'emergency_stop', on: one.kind === 'emergency' });
      case 'up':
      case 'down':
        return this.hear({ kind: 'link', up: one.kind === 'up' });
    }
  }

  begin(): void {
    this.make({ kind: 'calm' });
    this.make({ kind: 'up' });
    this.make({ kind: 'verdict' });
    this.make({ kind: 'cancelled' });
    this.make({ kind: 'lift' });
    this.wait(600);
    this.make({ kind: 'lay', other: false });
    this.make({ kind: 'answer', at: this.calls.length - 1, refused: false });
    while (this.writes.length > 0) this.write(true);
  }

  flap(ms: number): void {
    const other = this.state.card?.uid === OTHER_UID;
    this.make({ kind: 'lift' });
    this.wait(ms);
    this.make({ kind: 'lay', other });
  }

  newTx(): string {
    this.tx += 1;
    return this.tx.toString(16).padStart(32, '0');
  }

  wait(ms: number): void {
    // wakes at each deadline on the way, as the agent does
    const until = this.now + ms;
    for (let due = nextDeadline(this.state); due <= until; due = nextDeadline(this.state)) {
      expect(due).toBeGreaterThan(this.now - 1);
      this.now = Math.max(this.now, due);
      this.hear({ kind: 'tick' });
      expect(nextDeadline(this.state)).toBeGreaterThan(this.now);
    }
    this.now = until;
  }

  answer({ at, refused }: { at: number; refused: boolean }): void {
    const call = this.calls[at];
    if (call?.kind !== 'authorise') return;
    if (!refused) this.calls = this.calls.filter((one) => one !== call);
    const { client_tx_id } = call;
    this.grants += 1;
    const grant = aGrant({
      client_tx_id,
      grant_id: `3f0c7f2e-0000-4000-8000-${this.grants.toString(16).padStart(12, '0')}`,
    });
    this.hear({
      kind: 'authorise_answered',
      client_tx_id,
      answer: refused ? { outcome: 'refused', refusal: aRefusal() } : { outcome: 'granted', grant },
    });
  }

  lose(at: number): void {
    const call = this.calls[at];
    if (call?.kind !== 'authorise') return;
    this.calls = this.calls.filter((one) => one !== call);
    this.hear({ kind: 'authorise_failed', client_tx_id: call.client_tx_id, retry_in_ms: 300 });
  }

  write(works: boolean): void {
    const step = this.writes.shift();
    if (!step) return;
    if (step.kind === 'journal_intent') {
      if (works) this.intents.add(step.client_tx_id);
      this.hear(
        works
          ? { kind: 'intent_durable', client_tx_id: step.client_tx_id, seq: this.intents.size }
          : { kind: 'intent_failed', client_tx_id: step.client_tx_id, why: 'journal_full' },
      );
    }
    if (step.kind === 'journal_checkpoint')
      this.hear({ kind: 'checkpoint_done', client_tx_id: step.client_tx_id });
    if (step.kind === 'journal_end') {
      if (works) this.ends.set(step.client_tx_id, (this.ends.get(step.client_tx_id) ?? 0) + 1);
      this.hear(
        works
          ? { kind: 'end_durable', client_tx_id: step.client_tx_id }
          : { kind: 'end_failed', client_tx_id: step.client_tx_id, retry_in_ms: 400 },
      );
    }
  }

  verdict(): void {
    const [pour] = this.state.unsynced;
    if (pour) this.hear({ kind: 'verdict', client_tx_id: pour.client_tx_id });
  }

  cancelled(): void {
    const [client_tx_id] = this.state.cancelling;
    if (client_tx_id) this.hear({ kind: 'cancelled', client_tx_id });
  }

  stop(): void {
    const next =
      this.state.pour?.grant.grant_id ??
      `3f0c7f2e-0000-4000-8000-${(this.grants + 1).toString(16).padStart(12, '0')}`;
    this.stopped.add(next);
    this.hear({ kind: 'stop_grant', grant_id: next });
  }

  hear(event: TapEvent): void {
    const { state, steps } = decide(this.state, event, this.now);
    this.state = state;
    for (const step of steps) this.obey(step);
    this.check();
  }

  obey(step: Step): void {
    if (step.kind === 'authorise') this.calls.push(step);
    if (step.kind.startsWith('journal_')) this.writes.push(step);
    if (step.kind === 'cancel') {
      // H10: cancel(tx) only while there is no intent, durable or being written
      expect(this.intents.has(step.client_tx_id)).toBe(false);
      expect(
        this.writes.some((one) => one.kind === 'journal_intent' && one.client_tx_id === step.client_tx_id),
      ).toBe(false);
      this.cancels.add(step.client_tx_id);
    }
    if (step.kind === 'close_valve') this.valve = false;
    if (step.kind === 'open_valve') this.open(step.client_tx_id ?? 'for cleaning, and nobody cleans here');
  }

  open(client_tx_id: string): void {
    const { pour, card, emergency_stop } = this.state;
    expect(this.intents.has(client_tx_id)).toBe(true);
    expect(this.cancels.has(client_tx_id)).toBe(false);
    expect(this.ends.has(client_tx_id)).toBe(false);
    expect(emergency_stop).toBe(false);
    expect(card?.uid).toBe(pour?.uid);
    expect(this.stopped.has(pour?.grant.grant_id ?? '')).toBe(false);
    if (pour?.opened_at === this.now) expect(this.now).toBeLessThan(pour.first_sent_at + 10_000);
    if (pour?.opened_at === this.now) this.opened += 1;
    else this.reopened += 1;
    this.valve = true;
  }

  check(): void {
    const { pour, card, emergency_stop, attempt, unsynced } = this.state;
    // the valve is open exactly while a pour flows, and only with its card on the reader
    expect(this.valve).toBe(pour?.stage === 'flowing');
    if (this.valve) expect(card?.uid).toBe(pour?.uid);
    if (emergency_stop) expect(this.valve).toBe(false);
    expect(attempt !== null && pour !== null).toBe(false);
    if (unsynced.length > 0) expect(attempt).toBeNull();
    if (pour?.opened_at !== null && pour?.opened_at !== undefined && this.valve)
      expect(this.now - pour.opened_at).toBeLessThan(120_000);
    for (const [tx, count] of this.ends) {
      expect(count).toBe(1);
      expect(this.intents.has(tx)).toBe(true);
    }
  }

  /** The disk works again, the cards are gone: whatever happened, every intent has its one end. */
  comeToRest(): void {
    this.hear({ kind: 'card_removed' });
    for (let i = 0; i < 20; i++) {
      this.wait(5_000);
      while (this.writes.length > 0) this.write(true);
    }
    expect(this.valve).toBe(false);
    expect([...this.ends.keys()].sort()).toEqual([...this.intents].sort());
  }
}

describe('decide, in any order of events', () => {
  it('opens only with a durable intent, its card and no stop; ends each intent exactly once; never cancels after one', () => {
    fc.assert(
      fc.property(fc.array(move, { maxLength: 80 }), (moves) => {
        const world = new World();
        world.run(moves);
        world.comeToRest();
      }),
      { numRuns: 1_500 },
    );
  });

  it('the walks reach what they are to judge: open valves, reopened ones, ends, cancels, stops', () => {
    const seen = { opened: 0, reopened: 0, ended: 0, cancelled: 0, stopped: 0 };
    for (const moves of fc.sample(fc.array(move, { minLength: 60, maxLength: 80 }), {
      numRuns: 400,
      seed: 7,
    })) {
      const world = new World();
      world.run(moves);
      seen.opened += world.opened;
      seen.reopened += world.reopened;
      seen.ended += world.ends.size;
      seen.cancelled += world.cancels.size;
      seen.stopped += world.stopped.size;
    }
    expect(Math.min(...Object.values(seen)), JSON.stringify(seen)).toBeGreaterThan(50);
  });

  it('the same events at the same times give the same steps: nothing is drawn or read inside', () => {
    const config = aConfig();
    const run = () => {
      const tap = new Bench()
        .hear({ kind: 'config', config })
        .hear({ kind: 'link', up: true })
        .pouring()
        .flow(100)
        .lift();
      return tap.wait(600).steps;
    };
    expect(run()).toEqual(run());
  });
});
