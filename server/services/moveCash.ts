import type { z } from 'zod';
import { DomainError } from '#domain/errors';
import type { moveCashInput, MoveCashAnswer } from '#domain/protocol/shift';
import { appendEvent } from '../events/append.ts';
import { appendAudit } from './support/appendAudit.ts';
import { shiftLeadOf } from './support/approval.ts';
import type { Approver } from './support/approval.ts';
import { currentCashSession, drawerOf, expectedInDrawer } from './support/cashSession.ts';
import { by, command } from './support/command.ts';
import type { Actor, Deps } from './support/deps.ts';
import { lockShift } from './support/lockShift.ts';
import { notifyPos } from './support/notifyPos.ts';
import { postLedger } from './support/postLedger.ts';

export type MoveCashCommand = Omit<z.input<typeof moveCashInput>, 'approval'> & {
  approver?: Approver | null;
};

/**
 * Change brought to the drawer, or cash taken to the safe; the other side is the owner's money outside the bar (`opening`).
 * Taking out needs a shift lead. Lock: the shift FOR NO KEY UPDATE.
 * @throws DomainError shift.closed, approval.needed, money.not_in_drawer
 */
export async function moveCash(deps: Deps, actor: Actor, input: MoveCashCommand): Promise<MoveCashAnswer> {
  return command(deps, { procedure: 'cash.move', actor, input }, async (unit) => {
    const { direction, amount_minor, reason } = input;
    const shift = await lockShift(unit);
    const answers = direction === 'out' ? shiftLeadOf(actor, input.approver) : actor;
    const drawer_id = await drawerOf(unit, actor.till_id);
    const session = await currentCashSession(unit, shift, drawer_id);
    const before_minor = await expectedInDrawer(unit, session);
    if (direction === 'out' && amount_minor > before_minor)
      throw new DomainError('money.not_in_drawer', { available_minor: before_minor });
    const into_drawer = direction === 'in' ? amount_minor : -amount_minor;
    const kind = direction === 'in' ? 'cash_in' : 'cash_out';
    const transaction_id = await postLedger(unit, {
      kind,
      shift_id: shift.shift_id,
      ...by(actor),
      reason,
      lines: [
        { account: { kind: 'cash', drawer_id }, amount_minor: -into_drawer },
        { account: { kind: 'opening' }, amount_minor: into_drawer },
      ],
    });
    if (transaction_id === null) throw new Error('a movement of no money passed the input');
    const details = { transaction_id, amount_minor, approved_by: answers.operator_id };
    await notifyPos(unit, {
      kind: 'shift',
      id: `cash-${transaction_id}`,
      payload: { what: kind, ...by(actor), ...details },
    });
    await appendAudit(unit, {
      action: direction === 'in' ? 'cash.put_in' : 'cash.taken_out',
      ...by(actor),
      reason,
      details,
    });
    await appendEvent(unit, deps, { type: 'shift.changed', details: { what: kind, amount_minor } });
    return { transaction_id, expected_cash_minor: before_minor + into_drawer };
  });
}
