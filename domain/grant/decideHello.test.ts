import { describe, expect, it } from 'vitest';
import { decideHello } from './decideHello.ts';

const tap = { seq_high: 7, meter_total_ml: 5000, known: { seq_high: 7, meter_total_ml: 5000 } };
const same = { known_journal_id: 'journal-1', journal_id: 'journal-1', same_boot: false, taps: [tap] };

describe('decideHello', () => {
  it('disowns within the same journal when no mark has gone back', () => {
    expect(decideHello(same)).toEqual({ may_disown: true, review: null });
    expect(decideHello({ ...same, taps: [{ ...tap, known: null }] })).toEqual({
      may_disown: true,
      review: null,
    });
  });

  it('H12: a new journal releases nothing and is looked at', () => {
    expect(decideHello({ ...same, journal_id: 'journal-2' })).toEqual({
      may_disown: false,
      review: 'journal_new',
    });
  });

  it.each([
    ['seq', { seq_high: 6 }],
    ['meter total', { meter_total_ml: 4800 }],
  ])('H12: a journal whose %s has gone back is an old image: nothing is released', (_, change) => {
    expect(decideHello({ ...same, taps: [{ ...tap, ...change }] })).toEqual({
      may_disown: false,
      review: 'journal_went_back',
    });
  });

  it('a meter that lost what flowed since its last checkpoint releases nothing but bothers nobody', () => {
    expect(decideHello({ ...same, taps: [{ ...tap, meter_total_ml: 4950 }] })).toEqual({
      may_disown: false,
      review: null,
    });
  });

  it('a node that was only cut off may count ahead of its journal; its rows may not go back even so', () => {
    const cutOff = { ...same, same_boot: true, taps: [{ ...tap, meter_total_ml: 4500 }] };
    expect(decideHello(cutOff)).toEqual({ may_disown: true, review: null });
    expect(decideHello({ ...cutOff, taps: [{ ...tap, seq_high: 6 }] })).toEqual({
      may_disown: false,
      review: 'journal_went_back',
    });
  });

  it('a first hello proves nothing and surprises nobody', () => {
    expect(decideHello({ ...same, known_journal_id: null })).toEqual({ may_disown: false, review: null });
  });
});
