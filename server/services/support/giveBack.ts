import { DomainError } from '#domain/errors';
import type { PaymentMethod } from '#domain/ledger/accounts';
import { cashGivenFor } from '#domain/ledger/cashRounding';
import { decideRefund } from '#domain/ledger/decideRefund';
import { refundable } from '#domain/visit/actions';
import type { Unit } from '../../db/inTransaction.ts';
import { answering } from './approval.ts';
import type { Approver } from './approval.ts';
import { cashStep } from './cashStep.ts';
import { by } from './command.ts';
import { compedMoney } from './compedMoney.ts';
import type { Actor } from './deps.ts';
import { notifyPos } from './notifyPos.ts';
import { paymentAccount, takenByMethod } from './paymentAccount.ts';
import { postLedger } from './postLedger.ts';
import { printByItself } from './queuePrint.ts';
import { aboveFreeBalance } from './visitFor.ts';
import type { VisitForAction } from './visitFor.ts';

export type Refund = {
  amount_minor: number;
  method: PaymentMethod;
  reason: string;
  shift_id: number;
  actor: Actor;
  /** whose PIN was given in place */
  approver?: Approver | null;
};

/**
 * Books money given back, of a visit whose guest account is locked. Cash is rounded in the guest's favour by what holds now: the
 * account gives the amount, the drawer what is handed out, `rounding` the rest.
 * @throws DomainError `money.above_free_balance`, `approval.needed`
 */
export async function giveBack(
  unit: Unit,
  found: VisitForAction,
  refund: Refund,
): Promise<{ given_minor: number }> {
  const { guest_id } = found.guest;
  const { amount_minor, method, actor } = refund;
  const comped_minor = await compedMoney(unit, guest_id);
  const decision = decideRefund({
    amount_minor,
    free_minor: refundable(found.facts, comped_minor),
    taken_by_method_minor: await takenByMethod(unit, guest_id, method),
    role: answering(actor, refund.approver),
  });
  if (decision.outcome === 'above_free_balance') throw aboveFreeBalance(found.facts, comped_minor);
  if (decision.outcome === 'approval_needed')
    throw new DomainError('approval.needed', { method, available_minor: decision.available_minor });
  const given_minor = cashGivenFor(amount_minor, await cashStep(unit, method));
  const booked = { shift_id: refund.shift_id, visit_id: found.visit.visit_id, guest_id, ...by(actor) };
  const transaction_id = await postLedger(unit, {
    kind: 'refund',
    ...booked,
    reason: refund.reason,
    lines: [
      { account: { kind: 'guest', guest_id }, amount_minor: -amount_minor },
      { account: await paymentAccount(unit, method, actor.till_id), amount_minor: given_minor },
      { account: { kind: 'rounding' }, amount_minor: amount_minor - given_minor },
    ],
  });
  await notifyPos(unit, {
    kind: 'refund',
    id: `${transaction_id}`,
    payload: { ...booked, transaction_id, amount_minor, rounded_minor: given_minor - amount_minor, method },
  });
  if (transaction_id !== null)
    await printByItself(unit, actor, {
      document: { kind: 'money', transaction_id },
      wish: 'prints_refunds',
      cash: method === 'cash',
    });
  return { given_minor };
}
