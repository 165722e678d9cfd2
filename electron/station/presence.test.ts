import { beforeEach, describe, expect, it } from 'vitest';
import { Presence } from './presence.ts';

const UID = '04A1B2C3D4E580';
const OTHER = 'E43AC9D2';
const READER = 'Reader 0';

/** A clock that only the test moves. */
class Clock {
  private now = 0;
  private planned: { at: number; work: () => void }[] = [];

  set = (work: () => void, ms: number): unknown => {
    const plan = { at: this.now + ms, work };
    this.planned.push(plan);
    return plan;
  };

  clear = (plan: unknown): void => {
    this.planned = this.planned.filter((other) => other !== plan);
  };

  advance(ms: number): void {
    this.now += ms;
    const due = this.planned.filter(({ at }) => at <= this.now);
    this.planned = this.planned.filter(({ at }) => at > this.now);
    for (const { work } of due) work();
  }
}

describe('Presence', () => {
  let clock: Clock;
  let told: string[];
  let presence: Presence;

  beforeEach(() => {
    clock = new Clock();
    told = [];
    presence = new Presence({
      flapMs: 350,
      timers: clock,
      onScan: (uid) => told.push(`scan ${uid}`),
      onRemoved: (uid) => told.push(`removed ${uid}`),
    });
  });

  it('tells a scan at once and a removal after the flap time', () => {
    presence.laid(UID, READER);
    expect(told).toEqual([`scan ${UID}`]);
    presence.lifted(READER);
    clock.advance(349);
    expect(told).toEqual([`scan ${UID}`]);
    clock.advance(1);
    expect(told).toEqual([`scan ${UID}`, `removed ${UID}`]);
  });

  it('takes a card that flaps for one that lies still', () => {
    presence.laid(UID, READER);
    for (let flap = 0; flap < 5; flap += 1) {
      presence.lifted(READER);
      clock.advance(300);
      presence.laid(UID, READER);
    }
    clock.advance(10_000);
    expect(told).toEqual([`scan ${UID}`]);
  });

  it('tells the old card away before the new one, however fast they change', () => {
    presence.laid(UID, READER);
    presence.lifted(READER);
    clock.advance(50);
    presence.laid(OTHER, READER);
    clock.advance(1_000);
    expect(told).toEqual([`scan ${UID}`, `removed ${UID}`, `scan ${OTHER}`]);
  });

  it('tells a card away at once when its reader is unplugged, and only once', () => {
    presence.laid(UID, READER);
    presence.lifted(READER);
    presence.unplugged(READER);
    clock.advance(1_000);
    expect(told).toEqual([`scan ${UID}`, `removed ${UID}`]);
  });

  it('keeps two readers apart', () => {
    presence.laid(UID, READER);
    presence.laid(OTHER, 'Reader 1');
    presence.lifted(READER);
    clock.advance(350);
    expect(told).toEqual([`scan ${UID}`, `scan ${OTHER}`, `removed ${UID}`]);
  });

  it('tells nothing of a lift that no scan came before', () => {
    presence.lifted(READER);
    presence.unplugged(READER);
    clock.advance(1_000);
    expect(told).toEqual([]);
  });
});
