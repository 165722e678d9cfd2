import { describe, expect, it } from 'vitest';
import { aConfig, aGrant, Bench, OTHER_UID, TX, TX2, UID } from '#tap-node/testing/tapFixture';
import { HOLD_MS, NEXT_MS, RINSE_CAP_MS, RINSE_IDLE_MS } from './staffCard.ts';
import { phaseOf } from './state.ts';

const selling = () => Bench.selling().hear({ kind: 'meter', pulses: 0 }).lay();
const cleaned = () =>
  Bench.selling()
    .hear({ kind: 'meter', pulses: 0 })
    .hear({ kind: 'config', config: aConfig({ status: 'cleaning' }) });
const offered = () => selling().offered(['pour', 'clean']).forget();
const rinsing = () => cleaned().lay().offered(['rinse', 'end_cleaning']).wait(HOLD_MS);
const CLOSED = ['close_valve'];

describe('a card of the staff', () => {
  it('that stays does what the screen named first', () => {
    const tap = offered().wait(HOLD_MS - 1);
    expect(tap.kinds()).toEqual([]);
    tap.wait(1);
    expect(tap.steps).toEqual([
      { kind: 'authorise', client_tx_id: TX, uid: UID, attempt: 2, offers_wanted: false },
    ]);
    expect(tap.grant().durable().kinds()).toContain('open_valve');
  });

  it('that is lifted does nothing; laid again it is offered the next, and in the end the first again', () => {
    const tap = offered().lift().wait(600).lay(UID, TX2).offered(['pour', 'clean'], TX2).wait(HOLD_MS);
    expect(tap.last('clean')).toEqual({ kind: 'clean', act: 'start', client_tx_id: TX2, uid: UID });
    const round = offered().lift().wait(600).lay(UID, TX2).offered(['pour', 'clean'], TX2).lift().wait(600);
    round.forget().lay(UID, TX).offered(['pour', 'clean']).wait(HOLD_MS);
    expect(round.last('authorise')).toMatchObject({ offers_wanted: false });
    expect(round.last('clean')).toBeUndefined();
  });

  it.each([
    ['another card', (tap: Bench) => tap.lift().wait(600).lay(OTHER_UID, TX2)],
    [
      'the same card much later',
      (tap: Bench) =>
        tap
          .lift()
          .wait(NEXT_MS + 600)
          .lay(UID, TX2),
    ],
  ])('%s is offered the first', (_name, change) => {
    const tap = change(offered()).offered(['pour', 'clean'], TX2).wait(HOLD_MS);
    expect(tap.last('clean')).toBeUndefined();
    expect(tap.last('authorise')).toMatchObject({ client_tx_id: TX2, offers_wanted: false });
  });

  it('on a reader that blinks stays where it was', () => {
    const tap = offered().lift().wait(300).lay(UID, TX2).wait(HOLD_MS);
    expect(tap.last('authorise')).toMatchObject({ client_tx_id: TX, offers_wanted: false });
  });

  it('lifted while the till was asked is offered nothing', () => {
    const tap = selling().lift().offered(['clean']).forget().wait(HOLD_MS);
    expect(tap.kinds()).toEqual([]);
    expect(phaseOf(tap.state)).toBe('idle');
  });

  it('asks again in its second attempt as one that pours, and is cancelled like any other', () => {
    const tap = offered()
      .wait(HOLD_MS)
      .hear({ kind: 'authorise_failed', client_tx_id: TX, retry_in_ms: 300 });
    tap.wait(300);
    expect(tap.last('authorise')).toMatchObject({ attempt: 3, offers_wanted: false });
    tap.grant(aGrant()).hear({ kind: 'stop_grant', grant_id: aGrant().grant_id }).durable();
    expect(tap.last('journal_end')).toMatchObject({ ml: 0 });
  });
});

describe('a cleaning by card', () => {
  const telling = () => selling().offered(['clean']).forget().wait(HOLD_MS);

  it('opens the valve when the till knows of it, and reports what flows as cleaning', () => {
    const tap = telling();
    expect(tap.kinds()).toEqual(['clean']);
    tap.hear({ kind: 'clean_answered', client_tx_id: TX, outcome: 'started' });
    expect(tap.kinds()).toEqual(['clean', 'open_valve']);
    expect(phaseOf(tap.state)).toBe('cleaning');
    // the word of the till that this tap is being cleaned comes behind
    tap.flow(400).wait(10_000);
    expect(tap.last('report_flow')).toMatchObject({ flow: 'cleaning', ml: 400 });
    tap.hear({ kind: 'config', config: aConfig({ status: 'cleaning' }) }).flow(100);
    expect(tap.state.staff).toMatchObject({ stage: 'rinsing', ml: 500 });
  });

  it.each([
    [
      'the till refuses',
      (tap: Bench) => tap.hear({ kind: 'clean_answered', client_tx_id: TX, outcome: 'refused' }),
    ],
    [
      'the card is gone by then',
      (tap: Bench) => tap.lift().hear({ kind: 'clean_answered', client_tx_id: TX, outcome: 'started' }),
    ],
    [
      'the till does not answer',
      (tap: Bench) => tap.wait(10_000).hear({ kind: 'clean_answered', client_tx_id: TX, outcome: 'started' }),
    ],
    [
      'the emergency stop came',
      (tap: Bench) =>
        tap
          .hear({ kind: 'emergency_stop', on: true })
          .hear({ kind: 'clean_answered', client_tx_id: TX, outcome: 'started' }),
    ],
  ])('opens nothing when %s', (_name, change) => {
    const tap = change(telling());
    expect(tap.kinds()).not.toContain('open_valve');
    expect(tap.state.staff).toBeNull();
  });

  it('is told again until the till answers', () => {
    const tap = telling().hear({ kind: 'clean_failed', client_tx_id: TX, retry_in_ms: 400 }).wait(400);
    expect(tap.kinds()).toEqual(['clean', 'clean']);
  });

  it('ends by the second offer; what the till says makes the tap sell', () => {
    const tap = rinsing().lift().wait(600).forget().lay(UID, TX2).offered(['rinse', 'end_cleaning'], TX2);
    tap.lift().wait(600).lay(UID, TX).offered(['rinse', 'end_cleaning']).wait(HOLD_MS);
    expect(tap.last('clean')).toMatchObject({ act: 'end' });
    expect(tap.kinds()).not.toContain('open_valve');
    tap.hear({ kind: 'clean_answered', client_tx_id: TX, outcome: 'ended' });
    expect(tap.state.staff).toBeNull();
  });
});

describe('a valve that is open for cleaning', () => {
  it.each<[string, (tap: Bench) => Bench, string[]]>([
    ['the card is lifted', (tap) => tap.lift(), CLOSED],
    ['… and does not close twice', (tap) => tap.lift().wait(600), CLOSED],
    ['another card is laid', (tap) => tap.lay(OTHER_UID, TX2), [...CLOSED, 'authorise']],
    ['the till ends the cleaning', (tap) => tap.hear({ kind: 'config', config: aConfig() }), CLOSED],
    ['the emergency stop', (tap) => tap.hear({ kind: 'emergency_stop', on: true }), [...CLOSED, ...CLOSED]],
    ['the reader is lost', (tap) => tap.hear({ kind: 'fault', fault: 'reader' }), [...CLOSED, ...CLOSED]],
    ['nothing flows for a minute', (tap) => tap.wait(RINSE_IDLE_MS), CLOSED],
  ])('closes: %s', (_name, change, kinds) => {
    const tap = rinsing();
    expect(tap.kinds()).toContain('open_valve');
    expect(change(tap.forget()).kinds()).toEqual(kinds);
  });

  it('closes after its longest time however it flows, and the same card must be laid again', () => {
    const tap = rinsing();
    for (let passed = 0; passed < RINSE_CAP_MS - 30_000; passed += 30_000) tap.wait(30_000).flow(50);
    expect(tap.kinds()).not.toContain('close_valve');
    tap.forget().wait(30_000);
    expect(tap.kinds()).toContain('close_valve');
    expect(tap.wait(60_000).kinds()).not.toContain('authorise');
  });

  it('opens again for the card that came back within the grace', () => {
    const tap = rinsing().forget().lift().wait(400).lay(UID, TX2);
    expect(tap.kinds()).toEqual(['close_valve', 'open_valve']);
  });

  it('does not open without the till', () => {
    const tap = cleaned().lay().offered(['rinse', 'end_cleaning']).hear({ kind: 'link', up: false });
    expect(tap.wait(HOLD_MS).kinds()).not.toContain('open_valve');
  });
});
