import type { Role } from '../staff/roles.ts';
import type { VisitState } from './statuses.ts';

/** What a cashier does with a visit, in the order of the screen. */
export const ACTIONS = [
  'top_up',
  'issue_card',
  'replace_card',
  'refund',
  'close',
  'force_unlock',
  'reconcile',
  'report_lost',
] as const;
export type Action = (typeof ACTIONS)[number];

/** Why an action cannot be done now; the screen has the sentence and what to do instead. */
export const ACTION_BLOCKERS = [
  'visit_closed',
  'shift_closed',
  'has_card',
  'no_card',
  'nothing_to_refund',
  'reserved_by_pour',
  'pour_running',
  'pour_pending',
  'no_lock',
  'no_pending_pour',
  'pour_may_run',
  'not_your_role',
] as const;
export type ActionBlocker = (typeof ACTION_BLOCKERS)[number];

export type VisitFacts = {
  state: VisitState;
  shift_open: boolean;
  has_card: boolean;
  locked: boolean;
  balance_minor: number;
  /** sum of the limits of the guest's unsettled grants */
  reserved_minor: number;
  /** the visit's unsettled grants */
  unsettled: readonly { lease_over: boolean }[];
  /** FF_MANUAL_POUR_RECONCILE off: only a shift lead enters a pour */
  cashier_may_reconcile: boolean;
};

/** What may be given back: nothing that an unsettled grant may still take. */
export function freeBalance(facts: Pick<VisitFacts, 'balance_minor' | 'reserved_minor'>): number {
  return Math.max(0, facts.balance_minor - facts.reserved_minor);
}

/** Nor what was comped: that can only be drunk. */
export function refundable(
  facts: Pick<VisitFacts, 'balance_minor' | 'reserved_minor'>,
  comped_minor: number,
): number {
  return Math.max(0, Math.min(freeBalance(facts), facts.balance_minor - comped_minor));
}

type Rule = (facts: VisitFacts, role: Role) => ActionBlocker | null;
const when = (blocked: boolean, by: ActionBlocker) => (blocked ? by : null);

/** Money moves, so it must fall into a shift. */
const NEED_SHIFT: readonly Action[] = ['top_up', 'refund', 'close', 'reconcile'];
export function needsOpenShift(action: Action): boolean {
  return NEED_SHIFT.includes(action);
}

const RULES: Record<Action, Rule> = {
  top_up: () => null,
  issue_card: (facts) => when(facts.has_card, 'has_card'),
  replace_card: (facts) => when(!facts.has_card, 'no_card'),
  refund: (facts) =>
    when(facts.balance_minor <= 0, 'nothing_to_refund') ?? when(freeBalance(facts) === 0, 'reserved_by_pour'),
  close: (facts) =>
    when(
      facts.unsettled.some((grant) => !grant.lease_over),
      'pour_running',
    ) ?? when(facts.unsettled.length > 0, 'pour_pending'),
  force_unlock: (facts) => when(!facts.locked, 'no_lock'),
  reconcile: (facts, role) =>
    when(facts.unsettled.length === 0, 'no_pending_pour') ??
    when(!facts.unsettled.some((grant) => grant.lease_over), 'pour_may_run') ??
    when(role === 'cashier' && !facts.cashier_may_reconcile, 'not_your_role'),
  report_lost: (facts) => when(!facts.has_card, 'no_card'),
};

/** The one answer to «may this be done now»: the server refuses by it and the screen disables by it. */
export function actionBlocker(action: Action, facts: VisitFacts, role: Role): ActionBlocker | null {
  return (
    when(facts.state === 'closed', 'visit_closed') ??
    when(!facts.shift_open && needsOpenShift(action), 'shift_closed') ??
    RULES[action](facts, role)
  );
}

export function visitActions(
  facts: VisitFacts,
  role: Role,
): { action: Action; blocked_by: ActionBlocker | null }[] {
  return ACTIONS.map((action) => ({ action, blocked_by: actionBlocker(action, facts, role) }));
}
