import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ALL_FLAGS_ON } from '../flags.ts';
import { minorPerLitre } from '../quantity/money.ts';
import { cost } from '../quantity/pricing.ts';
import { millilitres } from '../quantity/volume.ts';
import { decideAuthorise, opensAnonymousVisit } from './decideAuthorise.ts';
import type { AuthoriseFacts, KegFacts, VisitFacts } from './decideAuthorise.ts';
import { REFUSAL_CODES } from './refusals.ts';

const keg: KegFacts = {
  state: 'on_tap',
  remaining_ml: 30_000,
  size_ml: 30_000,
  price_minor_per_litre: 30_000,
};
const visit: VisitFacts = {
  guest_blocked: false,
  balance_minor: 100_000,
  reserved_minor: 0,
  receivable_minor: 0,
  served_ml: 0,
  lock: null,
};
const good: AuthoriseFacts = {
  flags: ALL_FLAGS_ON,
  law: { min_pour_ml: 30, max_pour_ml: 2000, keg_allowance_percent: 3, daily_limit_ml: 3000 },
  node: { may_speak: true, outdated: false },
  shift_open: true,
  emergency_stop: false,
  tap: { tap_id: 3, status: 'selling', overshoot_ml: 0 },
  keg,
  card: { state: 'assigned' },
  visit,
};
const other = { tap_id: 5, tap_number: 5 };
const here = { tap_id: 3, tap_number: 3 };

/** One failure of each gate, in the order of the gates. */
const FAILURES: readonly [string, (facts: AuthoriseFacts) => AuthoriseFacts][] = [
  ['node_not_allowed', (f) => ({ ...f, node: { ...f.node, may_speak: false } })],
  ['node_outdated', (f) => ({ ...f, node: { ...f.node, outdated: true } })],
  ['grant_over', (f) => ({ ...f, node: { ...f.node, overtaken: true } })],
  ['shift_closed', (f) => ({ ...f, shift_open: false })],
  ['emergency_stop', (f) => ({ ...f, emergency_stop: true })],
  ['tap_unavailable', (f) => ({ ...f, tap: { ...f.tap, status: 'cleaning' } })],
  ['no_keg', (f) => ({ ...f, keg: null })],
  ['lost_card', (f) => ({ ...f, card: { state: 'lost' } })],
  ['no_active_visit', (f) => ({ ...f, visit: null })],
  ['guest_blocked', (f) => withVisit(f, { guest_blocked: true })],
  ['debt_open', (f) => withVisit(f, { receivable_minor: 1 })],
  ['card_in_use_on_other_tap', (f) => withVisit(f, { lock: other })],
  ['service_limit', (f) => withVisit(f, { served_ml: 2971 })],
  ['insufficient_funds', (f) => withVisit(f, { balance_minor: 800 })],
];

/** A change to the visit, unless an earlier failure has taken the visit away. */
function withVisit(facts: AuthoriseFacts, change: Partial<VisitFacts>): AuthoriseFacts {
  return facts.visit ? { ...facts, visit: { ...facts.visit, ...change } } : facts;
}

const codeOf = (facts: AuthoriseFacts) => {
  const decision = decideAuthorise(facts);
  return decision.outcome === 'refused' ? decision.code : decision.outcome;
};

describe('decideAuthorise', () => {
  it('gives the smallest of funds, service limit, keg and cap', () => {
    expect(decideAuthorise(good)).toEqual({
      outcome: 'granted',
      limit_ml: 2000,
      limit_minor: 60_000,
      waived: [],
    });
  });

  it.each(FAILURES)('refuses with %s', (code, fail) => {
    expect(codeOf(fail(good))).toBe(code);
  });

  it.each([
    ['tap_unavailable', { ...good, tap: { ...good.tap, status: 'disabled' as const } }],
    ['tap_processing_sync', { ...good, tap: { ...good.tap, status: 'processing_sync' as const } }],
    ['no_keg', { ...good, keg: { ...keg, state: 'empty' as const } }],
    ['no_keg', { ...good, keg: { ...keg, remaining_ml: -901 } }],
    ['no_keg', { ...good, keg: { ...keg, remaining_ml: -871 } }],
    ['card_unknown', { ...good, card: null }],
    ['card_in_use_here', withVisit(good, { lock: here })],
    [
      'tap_unavailable',
      { ...good, law: { ...good.law, max_pour_ml: 100 }, tap: { ...good.tap, overshoot_ml: 71 } },
    ],
  ])('refuses with %s', (code, facts) => {
    expect(codeOf(facts)).toBe(code);
  });

  it('a keg is empty by its state or below its allowance, not at a remainder of 0', () => {
    expect(decideAuthorise({ ...good, keg: { ...keg, remaining_ml: 0 } })).toMatchObject({ limit_ml: 900 });
    expect(decideAuthorise({ ...good, keg: { ...keg, remaining_ml: -870 } })).toMatchObject({ limit_ml: 30 });
  });

  it('the gates stand in the order of 09-decisions: of two failures the earlier one answers', () => {
    for (let early = 0; early < FAILURES.length; early++)
      for (let late = early + 1; late < FAILURES.length; late++) {
        const [code, failEarly] = FAILURES[early]!;
        expect(codeOf(FAILURES[late]![1](failEarly(good)))).toBe(code);
        expect(codeOf(failEarly(FAILURES[late]![1](good)))).toBe(code);
      }
  });

  it('names the other tap, and nobody else', () => {
    expect(decideAuthorise(withVisit(good, { lock: other }))).toMatchObject({ tap_number: 5 });
    expect(decideAuthorise(withVisit(good, { lock: here }))).toMatchObject({ tap_number: null });
  });

  it('H01: what unsettled grants reserve is not free', () => {
    expect(decideAuthorise(withVisit(good, { balance_minor: 60_000, reserved_minor: 45_000 }))).toMatchObject(
      {
        limit_ml: 500,
      },
    );
    expect(codeOf(withVisit(good, { balance_minor: 60_000, reserved_minor: 60_000 }))).toBe(
      'insufficient_funds',
    );
  });

  it('a price of 0 divides nothing and asks for no money', () => {
    const free = { ...good, keg: { ...keg, price_minor_per_litre: 0 } };
    expect(decideAuthorise(withVisit(free, { balance_minor: 0 }))).toMatchObject({
      limit_ml: 2000,
      limit_minor: 0,
    });
  });

  it('what the tap lets through after the close is taken off the limit', () => {
    expect(decideAuthorise({ ...good, tap: { ...good.tap, overshoot_ml: 20 } })).toMatchObject({
      limit_ml: 1980,
    });
  });

  describe('flags off', () => {
    const off = (flag: keyof typeof ALL_FLAGS_ON, facts: AuthoriseFacts) => ({
      ...facts,
      flags: { ...ALL_FLAGS_ON, [flag]: false },
    });

    it('FF_ACTIVE_TAP_LOCK lets a second tap through and says so, never the same tap', () => {
      expect(decideAuthorise(off('FF_ACTIVE_TAP_LOCK', withVisit(good, { lock: other })))).toMatchObject({
        outcome: 'granted',
        waived: ['card_in_use_on_other_tap'],
      });
      expect(codeOf(off('FF_ACTIVE_TAP_LOCK', withVisit(good, { lock: here })))).toBe('card_in_use_here');
    });

    it('FF_SYNC_STATUS_ENFORCEMENT lets a tap with a pending pour sell and says so', () => {
      const pending = { ...good, tap: { ...good.tap, status: 'processing_sync' as const } };
      expect(decideAuthorise(off('FF_SYNC_STATUS_ENFORCEMENT', pending))).toMatchObject({
        outcome: 'granted',
        waived: ['tap_processing_sync'],
      });
      const cleaning = { ...good, tap: { ...good.tap, status: 'cleaning' as const } };
      expect(codeOf(off('FF_SYNC_STATUS_ENFORCEMENT', cleaning))).toBe('tap_unavailable');
    });

    it('FF_LOST_CARD_ENFORCEMENT lets a lost card pour and says so', () => {
      const lost = { ...good, card: { state: 'lost' as const } };
      expect(decideAuthorise(off('FF_LOST_CARD_ENFORCEMENT', lost))).toMatchObject({
        outcome: 'granted',
        waived: ['lost_card'],
      });
    });

    it('FF_VISIT_ENFORCEMENT opens a visit for a free card only', () => {
      const flags = { ...ALL_FLAGS_ON, FF_VISIT_ENFORCEMENT: false };
      expect(opensAnonymousVisit(flags, { state: 'available' }, false)).toBe(true);
      expect(opensAnonymousVisit(flags, { state: 'missing' }, false)).toBe(false);
      expect(opensAnonymousVisit(flags, { state: 'available' }, true)).toBe(false);
      expect(opensAnonymousVisit(flags, null, false)).toBe(false);
      expect(opensAnonymousVisit(ALL_FLAGS_ON, { state: 'available' }, false)).toBe(false);
    });
  });

  const anyFacts = fc.record({
    balance: fc.integer({ min: 0, max: 5_000_000 }),
    reserved: fc.integer({ min: 0, max: 100_000 }),
    price: fc.integer({ min: 0, max: 1_000_000 }),
    served: fc.integer({ min: 0, max: 4000 }),
    remaining: fc.integer({ min: -2000, max: 50_000 }),
    overshoot: fc.integer({ min: 0, max: 200 }),
  });

  it('a limit never costs more than the free funds, nor passes keg, day or cap, with the overshoot on top', () => {
    fc.assert(
      fc.property(anyFacts, ({ balance, reserved, price, served, remaining, overshoot }) => {
        const facts: AuthoriseFacts = {
          ...good,
          tap: { ...good.tap, overshoot_ml: overshoot },
          keg: { ...keg, remaining_ml: remaining, price_minor_per_litre: price },
          visit: { ...visit, balance_minor: balance, reserved_minor: reserved, served_ml: served },
        };
        const decision = decideAuthorise(facts);
        if (decision.outcome === 'refused') return;
        const { limit_ml, limit_minor } = decision;
        const flow = limit_ml + overshoot;
        expect(limit_ml).toBeGreaterThanOrEqual(30);
        expect(flow).toBeLessThanOrEqual(Math.min(2000, 3000 - served, remaining + 900));
        expect(cost(millilitres(flow), minorPerLitre(price))).toBeLessThanOrEqual(
          Math.max(0, balance - reserved),
        );
        expect(limit_minor).toBe(cost(millilitres(limit_ml), minorPerLitre(price)));
      }),
      { numRuns: 2000 },
    );
  });

  it('every refusal is one of the closed list', () => {
    fc.assert(
      fc.property(fc.subarray([...FAILURES]), (failures) => {
        const decision = decideAuthorise(failures.reduce((facts, [, fail]) => fail(facts), good));
        if (decision.outcome === 'refused') expect(REFUSAL_CODES).toContain(decision.code);
        else expect(failures).toHaveLength(0);
      }),
    );
  });
});
