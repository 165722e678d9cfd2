import { describe, expect, it } from 'vitest';
import { ALL_FLAGS_ON } from '../flags.ts';
import { decideReconcile } from './decideReconcile.ts';
import type { ReconcileFacts } from './decideReconcile.ts';

const grant = {
  state: 'open' as const,
  lease_over: true,
  lease_left_ms: 0,
  short_id: '031272',
  limit_ml: 500,
  overshoot_ml: 20,
  billed_ml: null,
};
const facts: ReconcileFacts = {
  flags: ALL_FLAGS_ON,
  shift_open: true,
  grant,
  others: [{ short_id: '050018', tap_number: 5 }],
  ml: 400,
  short_id: '031272',
  approved: false,
};
const codeOf = (change: Partial<ReconcileFacts>) => {
  const decision = decideReconcile({ ...facts, ...change });
  return decision.effect === 'refuse' ? decision.code : decision.effect;
};

describe('decideReconcile', () => {
  it('consumes an open or orphaned grant whose lease is over; 0 ml is a volume', () => {
    expect(decideReconcile(facts)).toEqual({ effect: 'reconcile', unlock: true });
    expect(decideReconcile({ ...facts, grant: { ...grant, state: 'orphaned' } })).toEqual({
      effect: 'reconcile',
      unlock: false,
    });
    expect(codeOf({ ml: 0 })).toBe('reconcile');
    expect(codeOf({ ml: 520 })).toBe('reconcile');
  });

  it.each([
    ['grant.not_found', { grant: null }],
    ['grant.ended', { grant: { ...grant, state: 'settled' as const, billed_ml: 400 } }],
    ['grant.ended', { grant: { ...grant, state: 'released' as const } }],
    ['request.conflict', { grant: { ...grant, state: 'manual' as const, billed_ml: 300 } }],
    ['same_result', { grant: { ...grant, state: 'manual' as const, billed_ml: 400 } }],
    ['shift.closed', { shift_open: false }],
    ['grant.above_limit', { ml: 521 }],
    ['grant.code_wrong', { short_id: '031281' }],
    ['grant.code_of_other', { short_id: '050018' }],
    ['approval.needed', { short_id: null }],
    ['reconcile', { short_id: null, approved: true }],
  ])('%s', (code, change) => {
    expect(codeOf(change)).toBe(code);
  });

  it('H06: refuses while the pour may still run, and says for how long', () => {
    expect(
      decideReconcile({ ...facts, grant: { ...grant, lease_over: false, lease_left_ms: 61_200 } }),
    ).toEqual({
      effect: 'refuse',
      code: 'grant.pour_may_run',
      params: { seconds_left: 62 },
    });
  });

  it("H16: another grant's code is refused and its grant named, also with a PIN", () => {
    expect(decideReconcile({ ...facts, short_id: '050018', approved: true })).toMatchObject({
      code: 'grant.code_of_other',
      params: { tap_number: 5 },
    });
  });

  it('FF_MANUAL_POUR_RECONCILE off: only with a shift lead', () => {
    const flags = { ...ALL_FLAGS_ON, FF_MANUAL_POUR_RECONCILE: false };
    expect(codeOf({ flags })).toBe('approval.needed');
    expect(codeOf({ flags, approved: true })).toBe('reconcile');
  });
});
