import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GRANT_STATES } from '../grant/states.ts';
import { decideSettle } from './decideSettle.ts';
import type { SettleFacts } from './decideSettle.ts';

const facts: SettleFacts = {
  metered_ml: 500,
  may_speak: true,
  same_report: null,
  first_report: false,
  grant: { state: 'open', belongs: true, manual_ml: null },
};
const inState = (state: (typeof GRANT_STATES)[number], manual_ml: number | null = null) => ({
  ...facts,
  grant: { state, belongs: true, manual_ml },
});

describe('decideSettle', () => {
  it.each([
    ['open', 500, { effect: 'settle', verdict: 'accepted', to: 'settled', keg_ml: 500, unlock: true }],
    ['open', 0, { effect: 'settle', verdict: 'accepted', to: 'released', keg_ml: 0, unlock: true }],
    ['orphaned', 500, { effect: 'settle', verdict: 'accepted', to: 'settled', keg_ml: 500, unlock: false }],
    ['orphaned', 0, { effect: 'settle', verdict: 'accepted', to: 'released', keg_ml: 0, unlock: false }],
    ['released', 500, { effect: 'record', verdict: 'accepted', keg_ml: 500, review: true }],
    ['released', 0, { effect: 'record', verdict: 'accepted', keg_ml: 0, review: false }],
    ['settled', 500, { effect: 'record', verdict: 'accepted', keg_ml: 500, review: true }],
  ] as const)('a grant that is %s, %i ml: %j', (state, metered_ml, decision) => {
    expect(decideSettle({ ...inState(state), metered_ml })).toEqual(decision);
  });

  it.each([
    [500, 500, 'late_sync_matched', 0],
    [0, 0, 'late_sync_matched', 0],
    [500, 400, 'late_sync_mismatch', 100],
    [0, 400, 'late_sync_mismatch', -400],
    [500, 0, 'late_sync_mismatch', 500],
  ] as const)(
    'H17, H18: meter %i after %i by hand: %s, the keg moves by %i',
    (metered_ml, manual, verdict, keg_ml) => {
      expect(decideSettle({ ...inState('manual', manual), metered_ml })).toEqual({
        effect: 'late',
        verdict,
        keg_ml,
        review: verdict === 'late_sync_mismatch',
      });
    },
  );

  it.each([
    ['the tx is unknown', { grant: null }, 'unknown_grant', 500, true],
    ['the node may not speak for the tap', { may_speak: false }, 'not_this_nodes_tap', 0, false],
    ['H20: the tx has a report with other facts', { first_report: true }, 'other_facts', 0, false],
    [
      'H26: grant, tx, tap and code are not of one grant',
      { grant: { state: 'open' as const, belongs: false, manual_ml: null } },
      'facts_do_not_belong_together',
      0,
      false,
    ],
  ])('quarantined when %s', (_, change, reason, keg_ml, burn) => {
    expect(decideSettle({ ...facts, ...change })).toEqual({
      effect: 'quarantine',
      verdict: 'quarantined',
      reason,
      keg_ml,
      burn,
    });
  });

  it.each(GRANT_STATES)(
    'the same report again is a duplicate, whatever the grant (%s), and its first verdict if quarantined',
    (state) => {
      expect(
        decideSettle({ ...inState(state), same_report: { quarantined: false }, first_report: true }),
      ).toEqual({
        effect: 'repeat',
        verdict: 'duplicate',
      });
      expect(decideSettle({ ...inState(state), same_report: { quarantined: true } })).toEqual({
        effect: 'repeat',
        verdict: 'quarantined',
      });
    },
  );

  it('money moves only out of an unsettled grant (invariant 4): everything else is repeat, record, late or quarantine', () => {
    const anyGrant = fc.option(
      fc.record({
        state: fc.constantFrom(...GRANT_STATES),
        belongs: fc.boolean(),
        manual_ml: fc.option(fc.nat(3000)),
      }),
    );
    fc.assert(
      fc.property(
        fc.nat(3000),
        fc.boolean(),
        fc.boolean(),
        anyGrant,
        (metered_ml, may_speak, first_report, grant) => {
          const decision = decideSettle({ metered_ml, may_speak, same_report: null, first_report, grant });
          const unsettled = grant?.state === 'open' || grant?.state === 'orphaned';
          if (decision.effect === 'settle') {
            expect(unsettled && may_speak && !first_report && grant?.belongs).toBe(true);
            expect(decision.unlock).toBe(grant?.state === 'open');
          }
        },
      ),
    );
  });
});
