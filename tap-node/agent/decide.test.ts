import { describe, expect, it } from 'vitest';
import { nextDeadline } from './decide.ts';
import { phaseOf } from './state.ts';
import { aConfig, aGrant, aRefusal, Bench, OTHER_UID, TX, TX2, UID } from '#tap-node/testing/tapFixture';

const GRANT_ID = aGrant().grant_id;

describe('a card is laid', () => {
  it('asks the till once, with the transaction id of this presentation', () => {
    const tap = Bench.selling().lay();
    expect(tap.steps).toEqual([
      { kind: 'authorise', client_tx_id: TX, uid: UID, attempt: 1, offers_wanted: true },
    ]);
    expect(phaseOf(tap.state)).toBe('asking');
  });

  it('opens only when the intent is durable: intent first, valve after', () => {
    const tap = Bench.selling().lay().grant();
    expect(tap.kinds()).toEqual(['authorise', 'journal_intent']);
    expect(tap.durable().kinds()).toEqual(['authorise', 'journal_intent', 'open_valve']);
    expect(phaseOf(tap.state)).toBe('pouring');
  });

  it.each([
    ['offline', () => Bench.selling().hear({ kind: 'link', up: false })],
    ['never configured', () => new Bench().hear({ kind: 'link', up: true })],
    ['disabled', () => Bench.selling().hear({ kind: 'config', config: aConfig({ status: 'disabled' }) })],
    ['emergency stop', () => Bench.selling().hear({ kind: 'emergency_stop', on: true })],
    ['valve fault', () => Bench.selling().hear({ kind: 'fault', fault: 'valve' })],
    ['journal full', () => Bench.selling().hear({ kind: 'journal_room', full: true })],
  ])('asks nothing while the tap is %s', (_, make) => {
    expect(make().forget().lay().kinds()).toEqual([]);
  });

  it('is asked for as soon as the connection is back, if it still lies there', () => {
    const tap = Bench.selling().hear({ kind: 'link', up: false }).lay().hear({ kind: 'link', up: true });
    expect(tap.kinds()).toEqual(['authorise']);
  });

  it('shows a refusal while it lies and a moment longer, and asks again only when laid anew', () => {
    const tap = Bench.selling().lay();
    tap.hear({
      kind: 'authorise_answered',
      client_tx_id: TX,
      answer: { outcome: 'refused', refusal: aRefusal() },
    });
    tap.wait(60_000);
    expect(tap.state.refusal?.what).toEqual({ by: 'till', refusal: aRefusal() });
    expect(tap.kinds()).toEqual(['authorise']);
    tap.lift().wait(4_000);
    expect(tap.state.refusal).toBeNull();
    expect(tap.lay(UID, TX2).last('authorise')?.client_tx_id).toBe(TX2);
  });

  it('cancels after grant_over: the attempt is over without an intent', () => {
    const tap = Bench.selling().lay();
    const refusal = aRefusal('grant_over');
    tap.hear({ kind: 'authorise_answered', client_tx_id: TX, answer: { outcome: 'refused', refusal } });
    expect(tap.last('cancel')?.client_tx_id).toBe(TX);
  });
});

describe('the start window', () => {
  it('counts from the first sending, not from the last try (H07)', () => {
    const tap = Bench.selling().lay();
    for (let i = 0; i < 4; i++)
      tap.hear({ kind: 'authorise_failed', client_tx_id: TX, retry_in_ms: 2_000 }).wait(2_400);
    expect(tap.last('authorise')?.attempt).toBe(5);
    tap.wait(400);
    expect(tap.last('cancel')?.client_tx_id).toBe(TX);
    expect(tap.state.attempt).toBeNull();
    expect(tap.state.refusal?.what).toEqual({ by: 'node', code: 'backend_unreachable' });
  });

  it('a grant that comes at its end, before any tick, finds the attempt given up (H10, H11)', () => {
    const tap = Bench.selling().lay();
    tap.now += 10_000;
    tap.grant();
    expect(tap.kinds()).toEqual(['authorise', 'cancel']);
  });

  it('an intent that became durable too late ends with 0 ml and never opens', () => {
    const tap = Bench.selling().lay().grant();
    tap.now += 10_000;
    tap.durable();
    expect(tap.kinds()).not.toContain('open_valve');
    expect(tap.last('journal_end')).toMatchObject({ ml: 0, pulses: 0, duration_ms: 0 });
    expect(tap.kinds()).not.toContain('cancel');
  });

  it('a late grant of an attempt given up is cancelled once, and never resumed', () => {
    const tap = Bench.selling().lay().wait(10_000).grant();
    expect(tap.kinds().filter((kind) => kind === 'cancel')).toHaveLength(1);
    tap.hear({ kind: 'cancelled', client_tx_id: TX }).grant();
    expect(tap.kinds().filter((kind) => kind === 'cancel')).toHaveLength(2);
    expect(tap.kinds()).not.toContain('journal_intent');
  });
});

describe('lifting the card', () => {
  it('closes the valve in the same decision', () => {
    const tap = Bench.selling().pouring().forget().lift();
    expect(tap.kinds()).toEqual(['close_valve']);
    expect(phaseOf(tap.state)).toBe('pouring');
  });

  it('back within the grace reopens under the same grant', () => {
    const tap = Bench.selling().pouring().flow(100).forget().lift().wait(499).lay(UID, TX2);
    expect(tap.kinds()).toEqual(['close_valve', 'progress', 'open_valve']);
    expect(tap.state.pour?.grant.client_tx_id).toBe(TX);
  });

  it('back after the grace is a new presentation that waits for the pour before it', () => {
    const tap = Bench.selling().pouring().flow(100).lift();
    tap.now += 500;
    tap.lay(UID, TX2);
    expect(tap.last('journal_end')).toMatchObject({ ml: 100, end_reason: 'card_removed' });
    tap.hear({ kind: 'end_durable', client_tx_id: TX });
    expect(phaseOf(tap.state)).toBe('processing_sync');
    expect(tap.last('authorise')?.client_tx_id).toBe(TX);
    tap.hear({ kind: 'verdict', client_tx_id: TX });
    expect(tap.last('authorise')?.client_tx_id).toBe(TX2);
  });

  it('another card in its place ends the pour', () => {
    const tap = Bench.selling().pouring().flow(80).lift().lay(OTHER_UID, TX2).wait(1_000);
    expect(tap.last('journal_end')).toMatchObject({ ml: 80, end_reason: 'card_removed' });
  });

  it('while asking: the attempt outlives it by the grace, and opens only with the card back', () => {
    const tap = Bench.selling().lay().lift().grant();
    expect(tap.kinds()).toEqual(['authorise']);
    expect(tap.lay(UID, TX2).last('journal_intent')?.client_tx_id).toBe(TX);
  });

  it('while asking: after the grace the attempt is given up and cancelled', () => {
    const tap = Bench.selling().lay().lift().wait(500);
    expect(tap.kinds()).toEqual(['authorise', 'cancel']);
  });

  it('while the intent is being written: no cancel, an end of 0 ml (H10)', () => {
    const tap = Bench.selling().lay().grant().lift().wait(800).durable();
    expect(tap.kinds()).not.toContain('open_valve');
    expect(tap.kinds()).not.toContain('cancel');
    expect(tap.last('journal_end')).toMatchObject({ ml: 0, end_reason: 'card_removed' });
  });

  it('a new card waits until the cancel of the attempt before it is confirmed', () => {
    const tap = Bench.selling().lay().lift().wait(500).lay(OTHER_UID, TX2);
    expect(tap.last('authorise')?.client_tx_id).toBe(TX);
    tap.hear({ kind: 'cancelled', client_tx_id: TX });
    expect(tap.last('authorise')?.client_tx_id).toBe(TX2);
  });
});

describe('the node keeps the limits itself', () => {
  it('millilitres', () => {
    const tap = Bench.selling().pouring().flow(1_339).forget().flow(1);
    expect(tap.kinds()).toContain('close_valve');
    expect(tap.wait(400).last('journal_end')).toMatchObject({ ml: 1_340, end_reason: 'limit' });
  });

  it('idle for 10 s', () => {
    const tap = Bench.selling().pouring().flow(50).forget().wait(9_999);
    expect(tap.kinds()).not.toContain('close_valve');
    expect(tap.wait(1).kinds()).toContain('close_valve');
  });

  it('120 s from opening, however it flows', () => {
    const tap = Bench.selling().pouring();
    for (let second = 0; second < 119; second++) tap.wait(1_000).flow(1);
    tap.forget().wait(1_000);
    expect(tap.kinds()).toContain('close_valve');
    expect(tap.wait(400).last('journal_end')?.end_reason).toBe('time_cap');
  });

  it('closes earlier by what is known to run on, and learns from what did', () => {
    const tap = Bench.selling();
    tap.state = { ...tap.state, overshoot_ml: 20 };
    tap.pouring().flow(1_320);
    expect(tap.kinds()).toContain('close_valve');
    tap.wait(100).flow(10).wait(400);
    expect(tap.last('journal_end')).toMatchObject({ ml: 1_330, end_reason: 'limit' });
    expect(tap.state.overshoot_ml).toBe(15);
  });

  it('the tail after closing belongs to the pour', () => {
    const tap = Bench.selling().pouring().flow(200).lift().wait(100).flow(12).wait(500);
    expect(tap.last('journal_end')).toMatchObject({ ml: 212 });
  });

  it('a leaking valve cannot hold the end back for more than three seconds', () => {
    const tap = Bench.selling().pouring().flow(1_340);
    for (let i = 0; i < 40; i++) tap.wait(100).flow(1);
    expect(tap.kinds()).toContain('journal_end');
  });
});

describe('stops', () => {
  it('a stop of the running grant closes at once and is acknowledged', () => {
    const tap = Bench.selling().pouring().flow(30).forget().hear({ kind: 'stop_grant', grant_id: GRANT_ID });
    expect(tap.kinds()).toEqual(['close_valve', 'acknowledge_stop']);
    expect(tap.wait(400).last('journal_end')).toMatchObject({ ml: 30, end_reason: 'stopped' });
  });

  it('a stop of a grant not heard of yet is remembered, and its late answer does not open (H14)', () => {
    const tap = Bench.selling().lay().hear({ kind: 'stop_grant', grant_id: GRANT_ID }).grant();
    expect(tap.kinds()).toEqual(['authorise', 'acknowledge_stop', 'cancel']);
  });

  it('a stop while the intent is written: the valve stays shut, the intent ends with 0 ml', () => {
    const tap = Bench.selling().lay().grant().hear({ kind: 'stop_grant', grant_id: GRANT_ID }).durable();
    expect(tap.kinds()).not.toContain('open_valve');
    expect(tap.last('journal_end')).toMatchObject({ ml: 0, end_reason: 'stopped' });
  });

  it('the emergency stop closes every valve and ends pour and attempt', () => {
    const pouring = Bench.selling().pouring().flow(30).forget().hear({ kind: 'emergency_stop', on: true });
    expect(pouring.kinds()[0]).toBe('close_valve');
    const asking = Bench.selling().lay().hear({ kind: 'emergency_stop', on: true });
    expect(asking.last('cancel')?.client_tx_id).toBe(TX);
    expect(phaseOf(asking.state)).toBe('emergency_stop');
  });

  it('a lost reader closes and ends the pour', () => {
    const tap = Bench.selling()
      .pouring()
      .flow(30)
      .forget()
      .hear({ kind: 'fault', fault: 'reader' })
      .wait(400);
    expect(tap.kinds()).toContain('close_valve');
    expect(tap.last('journal_end')?.end_reason).toBe('reader_lost');
  });
});

describe('after the end', () => {
  const finished = () => {
    const tap = Bench.selling().pouring().flow(330).lift().wait(500);
    return tap.hear({ kind: 'end_durable', client_tx_id: TX });
  };

  it('no card is asked for until the verdict', () => {
    const tap = finished().forget().lay(OTHER_UID, TX2);
    expect(tap.kinds()).toEqual([]);
    tap.hear({ kind: 'verdict', client_tx_id: TX });
    expect(tap.kinds()).toEqual(['authorise']);
  });

  it('the end is written once, and again only if it failed', () => {
    const tap = Bench.selling().pouring().flow(330).lift().wait(500).wait(60_000);
    expect(tap.kinds().filter((kind) => kind === 'journal_end')).toHaveLength(1);
    tap.hear({ kind: 'end_failed', client_tx_id: TX, retry_in_ms: 500 }).wait(500);
    const ends = tap.steps.filter((step) => step.kind === 'journal_end');
    expect(ends).toHaveLength(2);
    expect(ends[1]).toEqual(ends[0]);
  });

  it('what flows while the end is being written is not in it, nor in what the guest is shown', () => {
    const tap = Bench.selling().pouring().flow(330).lift().wait(500).flow(20);
    tap.hear({ kind: 'end_failed', client_tx_id: TX, retry_in_ms: 500 }).wait(500);
    expect(tap.steps.filter((step) => step.kind === 'journal_end').map(({ ml }) => ml)).toEqual([330, 330]);
    tap.hear({ kind: 'end_durable', client_tx_id: TX });
    expect(tap.state.unsynced[0]?.ml).toBe(330);
  });

  it('the pour goes on without the till, up to the local limit', () => {
    const tap = Bench.selling().pouring().flow(10).hear({ kind: 'link', up: false }).flow(10);
    expect(phaseOf(tap.state)).toBe('pouring');
    expect(tap.state.pour?.ml).toBe(20);
  });

  it('flow of more than 15 ml in 10 s without a pour is reported as a leak, drip is not', () => {
    const leak = Bench.selling().flow(0).flow(20).wait(10_000);
    expect(leak.last('report_flow')).toMatchObject({ flow: 'leak', ml: 20 });
    expect(Bench.selling().flow(0).flow(2).wait(10_000).kinds()).toEqual([]);
  });
});

describe('checkpoints', () => {
  it('are written each second of flow and each 50 ml', () => {
    const tap = Bench.selling().pouring().flow(10).wait(1_000);
    expect(tap.last('journal_checkpoint')).toMatchObject({ ml: 10 });
    tap.hear({ kind: 'checkpoint_done', client_tx_id: TX }).flow(50);
    expect(tap.last('journal_checkpoint')).toMatchObject({ ml: 60 });
  });

  it('wait for one another while the disk is slow', () => {
    const tap = Bench.selling().pouring();
    for (let i = 0; i < 5; i++) tap.flow(60);
    expect(tap.kinds().filter((kind) => kind === 'journal_checkpoint')).toHaveLength(1);
  });
});

it('nothing is due on an idle tap', () => {
  expect(nextDeadline(Bench.selling().state)).toBe(Infinity);
});
