import type { z } from 'zod';
import type { closeWalkedOutInput, WalkedOutAnswer } from '#domain/protocol/shift';
import { decideRemainder } from '#domain/visit/decideRemainder';
import type { Unit } from '../db/inTransaction.ts';
import { query } from '../db/query.ts';
import { appendEvent } from '../events/append.ts';
import { appendAudit } from './support/appendAudit.ts';
import { requireShiftLead } from './support/approval.ts';
import type { Approver } from './support/approval.ts';
import { by, command } from './support/command.ts';
import { compedMoney, expireComped } from './support/compedMoney.ts';
import type { Actor, Deps } from './support/deps.ts';
import { postLedger } from './support/postLedger.ts';
import { requireOpenShift } from './support/shift.ts';
import { endVisitCard } from './support/visitCards.ts';

export type CloseWalkedOutCommand = Omit<z.input<typeof closeWalkedOutInput>, 'approval'> & {
  approver: Approver;
};

type WalkedOut = {
  visit_id: number;
  guest_id: number;
  balance_minor: number;
  can_be_found: boolean;
  unsettled: boolean;
};
type Ground = {
  actor: Actor;
  approver: Approver;
  reason: string;
  shift_id: number;
};

/**
 * Closes every active visit that has no unsettled grant, by one reason and a shift lead's PIN: what is left is kept for a guest
 * who can be found again and goes to `unclaimed` for a nameless one, cards become `missing`. Visits with an unsettled grant
 * stay: those are never waivable. Locks: shift (share) → all their guest accounts → visits → cards, each in order of id.
 * @throws DomainError shift.closed, approval.needed
 */
export async function closeWalkedOut(
  deps: Deps,
  actor: Actor,
  input: CloseWalkedOutCommand,
): Promise<WalkedOutAnswer> {
  return command(deps, { procedure: 'visit.closeWalkedOut', actor, input }, async (unit) => {
    const { shift_id } = await requireOpenShift(unit, deps);
    const approver = requireShiftLead(input.approver);
    const found = await lockActive(unit);
    const closed: WalkedOutAnswer['closed'] = [];
    for (const visit of found.filter(({ unsettled }) => !unsettled))
      closed.push(await close(unit, deps, visit, { actor, approver, reason: input.reason, shift_id }));
    return { closed, left: found.filter(({ unsettled }) => unsettled).map(({ visit_id }) => visit_id) };
  });
}

async function lockActive(unit: Unit): Promise<WalkedOut[]> {
  await query(
    unit,
    `SELECT a.guest_id FROM guest_accounts a JOIN visits v ON v.guest_id = a.guest_id AND v.state = 'active'
     ORDER BY a.guest_id FOR NO KEY UPDATE OF a`,
  );
  const visits = await query<{ id: number }>(
    unit,
    `SELECT id FROM visits WHERE state = 'active' ORDER BY id FOR NO KEY UPDATE`,
  );
  return query<WalkedOut>(
    unit,
    `SELECT v.id AS visit_id, v.guest_id, a.balance_minor, g.name IS NOT NULL OR g.phone IS NOT NULL AS can_be_found,
       EXISTS (SELECT 1 FROM grants x WHERE x.visit_id = v.id AND x.state IN ('open', 'orphaned')) AS unsettled
     FROM visits v JOIN guest_accounts a ON a.guest_id = v.guest_id JOIN guests g ON g.id = v.guest_id
     WHERE v.id = ANY($1::bigint[]) AND v.state = 'active' ORDER BY v.id`,
    [visits.map(({ id }) => id)],
  );
}

async function close(
  unit: Unit,
  deps: Deps,
  visit: WalkedOut,
  ground: Ground,
): Promise<WalkedOutAnswer['closed'][number]> {
  const { visit_id, guest_id } = visit;
  const { actor, approver, reason, shift_id } = ground;
  const comped_minor = visit.can_be_found ? 0 : await compedMoney(unit, guest_id);
  await expireComped(unit, { visit_id, guest_id, amount_minor: comped_minor, shift_id, actor, reason });
  const balance_minor = visit.balance_minor - comped_minor;
  const decision = decideRemainder({
    wish: 'keep',
    balance_minor,
    guest_can_be_found: visit.can_be_found,
    role: approver.role,
  });
  const remainder =
    decision.outcome === 'unclaimed' || decision.outcome === 'keep' ? decision.outcome : 'nothing';
  if (remainder === 'unclaimed') await bookUnclaimed(unit, { ...visit, balance_minor }, ground);
  const card_id = await endVisitCard(unit, { visit_id, end_reason: 'missing', card_state: 'missing' });
  await query(
    unit,
    `UPDATE visits SET state = 'closed', closed_at = now(), closed_by = $2, close_reason = $3, version = version + 1
     WHERE id = $1`,
    [visit_id, actor.operator_id, reason],
  );
  await appendAudit(unit, {
    action: 'visit.closed',
    ...by(actor),
    visit_id,
    guest_id,
    card_id,
    reason,
    details: {
      walked_out: true,
      remainder,
      amount_minor: balance_minor,
      card_returned: false,
      approved_by: approver.operator_id,
    },
  });
  await appendEvent(unit, deps, { type: 'visit.changed', visit_id, guest_id, details: { what: 'closed' } });
  return { visit_id, remainder, amount_minor: balance_minor, card_missing: card_id !== null };
}

async function bookUnclaimed(unit: Unit, visit: WalkedOut, ground: Ground): Promise<void> {
  const { visit_id, guest_id, balance_minor } = visit;
  await postLedger(unit, {
    kind: 'unclaimed',
    shift_id: ground.shift_id,
    visit_id,
    guest_id,
    ...by(ground.actor),
    reason: ground.reason,
    lines: [
      { account: { kind: 'guest', guest_id }, amount_minor: 0 - balance_minor },
      { account: { kind: 'unclaimed' }, amount_minor: balance_minor },
    ],
  });
}
