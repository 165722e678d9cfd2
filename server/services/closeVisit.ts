import type { z } from 'zod';
import { DomainError } from '#domain/errors';
import type { closeVisitInput } from '#domain/protocol/till';
import { decideRemainder } from '#domain/visit/decideRemainder';
import type { RemainderDecision } from '#domain/visit/decideRemainder';
import type { Unit } from '../db/inTransaction.ts';
import { queryOne } from '../db/query.ts';
import { appendEvent } from '../events/append.ts';
import type { VisitAnswer } from './openVisit.ts';
import { appendAudit } from './support/appendAudit.ts';
import { answering } from './support/approval.ts';
import type { Approver } from './support/approval.ts';
import { by, command } from './support/command.ts';
import { compedMoney, expireComped } from './support/compedMoney.ts';
import type { Actor, Deps } from './support/deps.ts';
import { giveBack } from './support/giveBack.ts';
import { postLedger } from './support/postLedger.ts';
import { printByItself } from './support/queuePrint.ts';
import { endVisitCard } from './support/visitCards.ts';
import { shiftOf, visitFor } from './support/visitFor.ts';
import type { VisitForAction } from './support/visitFor.ts';

type Input = Omit<z.output<typeof closeVisitInput>, 'approval'> & { approver?: Approver | null };

/**
 * Ends a visit: no unsettled grant (never waivable), the remainder given back or kept, the card taken back or
 * `missing`. Locks: shift (share) → guest account → visit → card.
 */
export async function closeVisit(deps: Deps, actor: Actor, input: Input): Promise<VisitAnswer> {
  return command(deps, { procedure: 'visit.close', actor, input }, async (unit) => {
    const { visit_id, expected_version, reason, method, approver } = input;
    const found = await visitFor(unit, deps, { action: 'close', actor, visit_id, expected_version });
    const shift_id = shiftOf(found);
    const { decision: remainder, expires_minor } = await decideFor(unit, found, actor, input);
    await expireComped(unit, {
      visit_id,
      guest_id: found.guest.guest_id,
      amount_minor: expires_minor,
      shift_id,
      actor,
      reason,
    });
    if (remainder.outcome === 'refund')
      await giveBack(unit, found, {
        amount_minor: remainder.amount_minor,
        method,
        reason,
        shift_id,
        actor,
        approver,
      });
    if (remainder.outcome === 'unclaimed')
      await bookUnclaimed(unit, found, { ...remainder, shift_id, actor, reason });
    const card_id = await endVisitCard(unit, {
      visit_id,
      ...CARD_AFTERWARDS[input.card_returned ? 'back' : 'gone'],
    });
    const { version } = await queryOne<{ version: number }>(
      unit,
      `UPDATE visits SET state = 'closed', closed_at = now(), closed_by = $2, close_reason = $3, version = version + 1
       WHERE id = $1 RETURNING version`,
      [visit_id, actor.operator_id, reason],
    );
    const { guest_id } = found.guest;
    await appendAudit(unit, {
      action: 'visit.closed',
      ...by(actor),
      visit_id,
      guest_id,
      card_id,
      reason,
      details: {
        remainder,
        expires_minor,
        method,
        card_returned: input.card_returned,
        ...(approver && { approved_by: approver.operator_id }),
      },
    });
    await printByItself(unit, actor, {
      document: { kind: 'visit', visit_id },
      wish: 'prints_visits',
      cash: false,
    });
    await appendEvent(unit, deps, { type: 'visit.changed', visit_id, guest_id, details: { what: 'closed' } });
    return { visit_id, version };
  });
}

const CARD_AFTERWARDS = {
  back: { end_reason: 'returned', card_state: 'available' },
  gone: { end_reason: 'missing', card_state: 'missing' },
} as const;

async function decideFor(
  unit: Unit,
  found: VisitForAction,
  actor: Actor,
  input: Input,
): Promise<{ decision: RemainderDecision; expires_minor: number }> {
  const guest = await queryOne<{ can_be_found: boolean }>(
    unit,
    'SELECT name IS NOT NULL OR phone IS NOT NULL AS can_be_found FROM guests WHERE id = $1',
    [found.guest.guest_id],
  );
  const comped_minor = await compedMoney(unit, found.guest.guest_id);
  const decision = decideRemainder({
    wish: input.remainder,
    balance_minor: found.guest.balance_minor,
    comped_minor,
    guest_can_be_found: guest.can_be_found,
    role: answering(actor, input.approver),
  });
  if (decision.outcome === 'approval_needed')
    throw new DomainError('approval.needed', {
      available_minor: found.guest.balance_minor,
      remainder: 'keep',
    });
  return { decision, expires_minor: guest.can_be_found ? 0 : comped_minor };
}

async function bookUnclaimed(
  unit: Unit,
  found: VisitForAction,
  book: { amount_minor: number; shift_id: number; actor: Actor; reason: string },
): Promise<void> {
  const { guest_id } = found.guest;
  await postLedger(unit, {
    kind: 'unclaimed',
    shift_id: book.shift_id,
    visit_id: found.visit.visit_id,
    guest_id,
    ...by(book.actor),
    reason: book.reason,
    lines: [
      { account: { kind: 'guest', guest_id }, amount_minor: 0 - book.amount_minor },
      { account: { kind: 'unclaimed' }, amount_minor: book.amount_minor },
    ],
  });
}
