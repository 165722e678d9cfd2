import type { z } from 'zod';
import { DomainError } from '#domain/errors';
import { debtPaidByTopUp } from '#domain/ledger/debtPaidByTopUp';
import type { topUpInput } from '#domain/protocol/till';
import type { Unit } from '../db/inTransaction.ts';
import { appendEvent } from '../events/append.ts';
import type { VisitAnswer } from './openVisit.ts';
import { appendAudit } from './support/appendAudit.ts';
import { by, command } from './support/command.ts';
import type { Actor, Deps } from './support/deps.ts';
import { housePurposeOf } from './support/houseVisits.ts';
import { notifyPos } from './support/notifyPos.ts';
import { debtOf, paymentAccount } from './support/paymentAccount.ts';
import { postLedger } from './support/postLedger.ts';
import { printByItself } from './support/queuePrint.ts';
import { readSettings } from './support/settings.ts';
import { bumpVersion, shiftOf, visitFor } from './support/visitFor.ts';

/**
 * Takes money for the guest's account; what the guest owes is paid from it first. Two top-ups by two cashiers are two
 * actions; the same request twice is one. Locks: shift (share) → guest account → visit.
 */
export async function topUp(
  deps: Deps,
  actor: Actor,
  input: z.output<typeof topUpInput>,
): Promise<VisitAnswer> {
  return command(deps, { procedure: 'visit.topUp', actor, input }, async (unit) => {
    const { visit_id, amount_minor, method } = input;
    const found = await visitFor(unit, deps, { action: 'top_up', actor, visit_id });
    const { guest } = found;
    if ((await housePurposeOf(unit, guest.guest_id)) !== null)
      throw new DomainError('visit.of_the_house', { visit_id });
    const booked = { shift_id: shiftOf(found), visit_id, guest_id: guest.guest_id, ...by(actor) };
    const account = await paymentAccount(unit, method, actor.till_id);
    const transaction_id = await postLedger(unit, {
      kind: 'top_up',
      ...booked,
      lines: [
        { account: { kind: 'guest', guest_id: guest.guest_id }, amount_minor },
        { account, amount_minor: -amount_minor },
      ],
    });
    await notifyPos(unit, {
      kind: 'topup',
      id: input.request_id,
      payload: { ...booked, transaction_id, amount_minor, method },
    });
    if (transaction_id !== null)
      await printByItself(unit, actor, {
        document: { kind: 'money', transaction_id },
        wish: 'prints_top_ups',
        cash: method === 'cash',
      });
    const debt_paid_minor = await payDebt(unit, booked, amount_minor);
    const version = await bumpVersion(unit, visit_id);
    await appendAudit(unit, {
      action: 'visit.topped_up',
      ...by(actor),
      visit_id,
      guest_id: guest.guest_id,
      details: { amount_minor, method, debt_paid_minor },
    });
    await appendEvent(unit, deps, {
      type: 'visit.changed',
      visit_id,
      guest_id: guest.guest_id,
      details: { what: 'topped_up', amount_minor },
    });
    return { visit_id, version };
  });
}

type Booked = { shift_id: number; visit_id: number; guest_id: number; operator_id: number; till_id: number };

/** Unless the bar has its debts paid apart (`receivables.pay`). */
async function payDebt(unit: Unit, booked: Booked, amount_minor: number): Promise<number> {
  if (!(await readSettings(unit)).money.debt_from_top_up) return 0;
  const paid_minor = debtPaidByTopUp(amount_minor, await debtOf(unit, booked.guest_id));
  await postLedger(unit, {
    kind: 'receivable_paid',
    ...booked,
    lines: [
      { account: { kind: 'guest', guest_id: booked.guest_id }, amount_minor: 0 - paid_minor },
      { account: { kind: 'receivable', guest_id: booked.guest_id }, amount_minor: paid_minor },
    ],
  });
  return paid_minor;
}
