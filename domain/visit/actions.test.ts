import { describe, expect, it } from 'vitest';
import { actionBlocker, ACTIONS, freeBalance, visitActions } from './actions.ts';
import type { Action, ActionBlocker, VisitFacts } from './actions.ts';

const calm: VisitFacts = {
  state: 'active',
  shift_open: true,
  has_card: true,
  locked: false,
  balance_minor: 1000,
  reserved_minor: 0,
  unsettled: [],
  cashier_may_reconcile: true,
};
const pouring = { locked: true, reserved_minor: 600, unsettled: [{ lease_over: false }] };
const silent = { locked: true, reserved_minor: 600, unsettled: [{ lease_over: true }] };

describe('an action that cannot be done now says why', () => {
  it.each<[Action, Partial<VisitFacts>, ActionBlocker | null]>([
    ['top_up', {}, null],
    ['top_up', { shift_open: false }, 'shift_closed'],
    ['top_up', pouring, null],
    ['issue_card', {}, 'has_card'],
    ['issue_card', { has_card: false, shift_open: false }, null],
    ['replace_card', {}, null],
    ['replace_card', { has_card: false }, 'no_card'],
    ['replace_card', pouring, null],
    ['refund', {}, null],
    ['refund', { shift_open: false }, 'shift_closed'],
    ['refund', { balance_minor: 0 }, 'nothing_to_refund'],
    ['refund', { ...pouring, reserved_minor: 1000 }, 'reserved_by_pour'],
    ['refund', pouring, null],
    ['close', {}, null],
    ['close', { shift_open: false }, 'shift_closed'],
    ['close', pouring, 'pour_running'],
    ['close', silent, 'pour_pending'],
    ['close', { unsettled: [{ lease_over: true }, { lease_over: false }] }, 'pour_running'],
    ['force_unlock', {}, 'no_lock'],
    ['force_unlock', pouring, null],
    ['reconcile', {}, 'no_pending_pour'],
    ['reconcile', pouring, 'pour_may_run'],
    ['reconcile', silent, null],
    ['reconcile', { ...silent, shift_open: false }, 'shift_closed'],
    ['reconcile', { ...silent, cashier_may_reconcile: false }, 'not_your_role'],
    ['report_lost', pouring, null],
    ['report_lost', { has_card: false }, 'no_card'],
  ])('%s with %j: %s', (action, change, blocker) => {
    expect(actionBlocker(action, { ...calm, ...change }, 'cashier')).toBe(blocker);
  });

  it('nothing is done with a closed visit', () => {
    const closed = visitActions({ ...calm, state: 'closed' }, 'engineer');
    expect(closed).toEqual(ACTIONS.map((action) => ({ action, blocked_by: 'visit_closed' })));
  });

  it('a shift lead reconciles also where a cashier may not', () => {
    expect(
      actionBlocker('reconcile', { ...calm, ...silent, cashier_may_reconcile: false }, 'shift_lead'),
    ).toBe(null);
  });

  it('what is reserved is not free, and free is never below zero', () => {
    expect(freeBalance({ balance_minor: 1000, reserved_minor: 600 })).toBe(400);
    expect(freeBalance({ balance_minor: 500, reserved_minor: 600 })).toBe(0);
  });
});
