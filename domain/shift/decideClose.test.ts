import { describe, expect, it } from 'vitest';
import { decideClose } from './decideClose.ts';

const calm = {
  active_visits: 0,
  unsettled_grants: 0,
  unconfirmed_taps: [],
  waived_taps: [],
  expected_minor: 5_000,
  counted_minor: 4_800,
  difference_limit_minor: 200,
  reason_given: false,
};

describe('closing a shift', () => {
  it('an active visit or an unsettled grant keeps it open, whatever is waived', () => {
    const waived = { ...calm, unconfirmed_taps: [1], waived_taps: [1], reason_given: true };
    expect(decideClose({ ...waived, active_visits: 1 })).toEqual({ outcome: 'blocked' });
    expect(decideClose({ ...waived, unsettled_grants: 1 })).toEqual({ outcome: 'blocked' });
  });

  it('each tap that does not confirm an empty queue keeps it open, unless somebody answers for that one', () => {
    const silent = { ...calm, unconfirmed_taps: [3, 5] };
    expect(decideClose(silent)).toEqual({ outcome: 'blocked' });
    expect(decideClose({ ...silent, waived_taps: [3] })).toEqual({ outcome: 'blocked' });
    expect(decideClose({ ...silent, waived_taps: [4, 6] })).toEqual({ outcome: 'blocked' });
    expect(decideClose({ ...silent, waived_taps: [5, 3] }).outcome).toBe('closed');
  });

  it('what the count finds too little is a negative difference; above the limit it needs a reason, either way', () => {
    expect(decideClose(calm)).toEqual({ outcome: 'closed', difference_minor: -200 });
    for (const counted_minor of [4_799, 5_201]) {
      expect(decideClose({ ...calm, counted_minor })).toEqual({ outcome: 'reason_needed' });
      expect(decideClose({ ...calm, counted_minor, reason_given: true })).toEqual({
        outcome: 'closed',
        difference_minor: counted_minor - 5_000,
      });
    }
  });
});
