import { describe, expect, it } from 'vitest';
import { decideForceUnlock, decideLeaseEnd } from './decideForceUnlock.ts';
import { GRANT_STATES } from './states.ts';

describe('decideForceUnlock', () => {
  it('orphans an open grant and shows its pour as pending, once', () => {
    expect(decideForceUnlock({ state: 'open', lease_over: false })).toEqual({
      effect: 'orphan',
      make_pending: true,
    });
    expect(decideForceUnlock({ state: 'open', lease_over: true })).toEqual({
      effect: 'orphan',
      make_pending: false,
    });
  });

  it.each([null, ...GRANT_STATES.filter((state) => state !== 'open')])(
    'refuses when the lock is gone (%s)',
    (state) => {
      const locked = state === null ? null : { state, lease_over: false };
      expect(decideForceUnlock(locked)).toEqual({ effect: 'refuse', code: 'visit.not_locked' });
    },
  );
});

describe('decideLeaseEnd', () => {
  it('ends the lease of unsettled grants once; an orphan has its pending pour already', () => {
    expect(decideLeaseEnd({ state: 'open', lease_over: false })).toEqual({
      effect: 'lease_over',
      make_pending: true,
    });
    expect(decideLeaseEnd({ state: 'orphaned', lease_over: false })).toEqual({
      effect: 'lease_over',
      make_pending: false,
    });
    expect(decideLeaseEnd({ state: 'open', lease_over: true })).toEqual({ effect: 'none' });
  });

  it.each(['settled', 'released', 'manual'] as const)('a terminal grant (%s) never changes', (state) => {
    expect(decideLeaseEnd({ state, lease_over: false })).toEqual({ effect: 'none' });
  });
});
