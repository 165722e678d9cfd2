import { DomainError } from '#domain/errors';
import { actionBlocker, needsOpenShift, refundable } from '#domain/visit/actions';
import type { Action, ActionBlocker, VisitFacts } from '#domain/visit/actions';
import type { VisitState } from '#domain/visit/statuses';
import type { Unit } from '../../db/inTransaction.ts';
import { query, queryOne } from '../../db/query.ts';
import type { Actor, Deps } from './deps.ts';
import { readFlags } from './flags.ts';
import { shareOpenShift } from './shift.ts';
import type { OpenShift } from './shift.ts';

export type LockedGuest = { guest_id: number; balance_minor: number };
export type LockedVisit = {
  visit_id: number;
  guest_id: number;
  state: VisitState;
  version: number;
  active_tap_id: number | null;
  lock_epoch: number;
};
export type UnsettledGrant = {
  grant_id: string;
  visit_id: number;
  tap_number: number;
  short_id: string;
  limit_minor: number;
  lease_over: boolean;
};

/** Locks the account of the visit's guest: before the visit in the lock order. @throws DomainError `visit.not_found` */
export async function lockGuestOfVisit(unit: Unit, visit_id: number): Promise<LockedGuest> {
  const [guest] = await query<LockedGuest>(
    unit,
    `SELECT guest_id, balance_minor FROM guest_accounts
     WHERE guest_id = (SELECT guest_id FROM visits WHERE id = $1) FOR NO KEY UPDATE`,
    [visit_id],
  );
  if (!guest) throw new DomainError('visit.not_found', { visit_id });
  return guest;
}

export async function lockVisit(unit: Unit, visit_id: number): Promise<LockedVisit> {
  const [visit] = await query<LockedVisit>(
    unit,
    `SELECT id AS visit_id, guest_id, state, version, active_tap_id, lock_epoch FROM visits WHERE id = $1 FOR NO KEY UPDATE`,
    [visit_id],
  );
  if (!visit) throw new DomainError('visit.not_found', { visit_id });
  return visit;
}

/** What reserves the guest's money, whichever visit it belongs to. The caller holds the guest's account. */
export async function unsettledGrantsOf(unit: Unit, guest_id: number): Promise<UnsettledGrant[]> {
  return query<UnsettledGrant>(
    unit,
    `SELECT g.id AS grant_id, g.visit_id, t.number AS tap_number, g.short_id, g.limit_minor, g.lease_over
     FROM grants g JOIN taps t ON t.id = g.tap_id
     WHERE g.guest_id = $1 AND g.state IN ('open', 'orphaned') ORDER BY g.created_at, g.id`,
    [guest_id],
  );
}

/** After a command has changed the visit: other tills that hold the old version have to look again. */
export async function bumpVersion(unit: Unit, visit_id: number): Promise<number> {
  const row = await queryOne<{ version: number }>(
    unit,
    'UPDATE visits SET version = version + 1 WHERE id = $1 RETURNING version',
    [visit_id],
  );
  return row.version;
}

export type VisitForAction = {
  /** null where there is none, or the action needs none */
  shift: OpenShift | null;
  guest: LockedGuest;
  visit: LockedVisit;
  unsettled: UnsettledGrant[];
  facts: VisitFacts;
};

/**
 * The first two beats of every command on a visit: locks shift (FOR SHARE, if money moves) → guest account → visit, loads the facts, and
 * refuses by the same rules by which the screen disables its buttons.
 */
export async function visitFor(
  unit: Unit,
  deps: Deps,
  ask: { action: Action; actor: Actor; visit_id: number; expected_version?: number },
): Promise<VisitForAction> {
  const shift = needsOpenShift(ask.action) ? ((await shareOpenShift(unit, deps)) ?? null) : null;
  const guest = await lockGuestOfVisit(unit, ask.visit_id);
  const visit = await lockVisit(unit, ask.visit_id);
  const unsettled = await unsettledGrantsOf(unit, guest.guest_id);
  const facts: VisitFacts = {
    state: visit.state,
    shift_open: shift !== null,
    has_card: await hasCard(unit, ask.visit_id),
    locked: visit.active_tap_id !== null,
    balance_minor: guest.balance_minor,
    reserved_minor: unsettled.reduce((sum, grant) => sum + grant.limit_minor, 0),
    unsettled: unsettled.filter((grant) => grant.visit_id === ask.visit_id),
    cashier_may_reconcile:
      ask.action !== 'reconcile' || (await readFlags(unit, deps)).FF_MANUAL_POUR_RECONCILE,
  };
  const found = { shift, guest, visit, unsettled, facts };
  if (visit.state === 'closed') throw refusal('visit_closed', found);
  if (ask.expected_version !== undefined && ask.expected_version !== visit.version)
    throw new DomainError('visit.changed', { visit_id: visit.visit_id, version: visit.version });
  const blocker = actionBlocker(ask.action, facts, ask.actor.role);
  if (blocker) throw refusal(blocker, found);
  return found;
}

/** The shift of an action that needs one. @throws DomainError `shift.closed` */
export function shiftOf(found: VisitForAction): number {
  if (!found.shift) throw new DomainError('shift.closed');
  return found.shift.shift_id;
}

async function hasCard(unit: Unit, visit_id: number): Promise<boolean> {
  const cards = await query(unit, 'SELECT 1 FROM visit_cards WHERE visit_id = $1 AND ended_at IS NULL', [
    visit_id,
  ]);
  return cards.length > 0;
}

/** What a blocked button is called on the wire. */
function refusal(blocker: ActionBlocker, found: VisitForAction): DomainError {
  const { visit_id, version } = found.visit;
  const grant = found.unsettled.find((each) => each.visit_id === visit_id);
  const of_grant = {
    visit_id,
    grant_id: grant?.grant_id ?? null,
    tap_number: grant?.tap_number ?? null,
    short_id: grant?.short_id ?? null,
  };
  switch (blocker) {
    case 'visit_closed':
      return new DomainError('visit.closed', { visit_id, version });
    case 'shift_closed':
      return new DomainError('shift.closed');
    case 'has_card':
      return new DomainError('visit.has_card', { visit_id });
    case 'no_card':
      return new DomainError('visit.has_no_card', { visit_id });
    case 'nothing_to_refund':
    case 'reserved_by_pour':
      return aboveFreeBalance(found.facts);
    case 'pour_running':
    case 'pour_pending':
      return new DomainError('visit.has_unsettled_grant', of_grant);
    case 'no_lock':
      return new DomainError('visit.not_locked', { visit_id });
    case 'no_pending_pour':
      return new DomainError('grant.not_found', { visit_id });
    case 'pour_may_run':
      return new DomainError('grant.pour_may_run', of_grant);
    case 'not_your_role':
      return new DomainError('operator.not_allowed', { needs: 'shift_lead' });
  }
}

/** `comped_minor`: of the balance, what was given and is never paid out. */
export function aboveFreeBalance(facts: VisitFacts, comped_minor = 0): DomainError {
  const { balance_minor, reserved_minor } = facts;
  return new DomainError('money.above_free_balance', {
    free_minor: refundable(facts, comped_minor),
    balance_minor,
    reserved_minor,
    ...(comped_minor > 0 && { comped_minor }),
  });
}
