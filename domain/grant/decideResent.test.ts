import { describe, expect, it } from 'vitest';
import { decideCancel, decideResent } from './decideResent.ts';
import type { KnownAttempt } from './decideResent.ts';
import { GRANT_STATES } from './states.ts';

const open: KnownAttempt = {
  same_body: true,
  outcome: 'granted',
  grant: { state: 'open', lease_over: false },
  card_lost: false,
  shift_open: true,
  emergency_stop: false,
};

describe('decideResent', () => {
  it('answers the same grant while it may still be used', () => {
    expect(decideResent(open)).toBe('same_grant');
  });

  it.each(GRANT_STATES.filter((state) => state !== 'open'))('H08: a grant that is %s is over', (state) => {
    expect(decideResent({ ...open, grant: { state, lease_over: false } })).toBe('grant_over');
  });

  it.each([
    ['the lease is over', { grant: { state: 'open' as const, lease_over: true } }],
    ['the card is lost (invariant 11)', { card_lost: true }],
    ['the shift is closed', { shift_open: false }],
    ['everything is stopped', { emergency_stop: true }],
    ['the attempt was cancelled', { outcome: 'burnt' as const, grant: null }],
  ])('H08: over when %s', (_, change) => {
    expect(decideResent({ ...open, ...change })).toBe('grant_over');
  });

  it('a refusal is answered again as it was', () => {
    expect(decideResent({ ...open, outcome: 'refused', grant: null })).toBe('stored_refusal');
  });

  it.each(['granted', 'refused', 'burnt'] as const)(
    'H09: another body is a conflict, also when %s',
    (outcome) => {
      expect(decideResent({ ...open, outcome, same_body: false })).toBe('conflict');
    },
  );
});

describe('decideCancel', () => {
  it('burns an attempt that the till has not seen', () => {
    expect(decideCancel(null)).toEqual({ effect: 'burn' });
  });

  it.each([
    ['open', { effect: 'release', unlock: true }],
    ['orphaned', { effect: 'release', unlock: false }],
    ['settled', { effect: 'none', outcome: 'no_change' }],
    ['manual', { effect: 'none', outcome: 'no_change' }],
    ['released', { effect: 'none', outcome: 'released' }],
  ] as const)('%s: %j', (state, decision) => {
    expect(decideCancel({ outcome: 'granted', grant: { state } })).toEqual(decision);
  });

  it('says the same again of what was burnt, and changes nothing of what was refused', () => {
    expect(decideCancel({ outcome: 'burnt', grant: null })).toEqual({ effect: 'none', outcome: 'burnt' });
    expect(decideCancel({ outcome: 'refused', grant: null })).toEqual({
      effect: 'none',
      outcome: 'no_change',
    });
  });
});
