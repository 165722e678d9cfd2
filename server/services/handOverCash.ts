import type { HandOverAnswer, HandOverInput } from '#domain/protocol/shift';
import type { Unit } from '../db/inTransaction.ts';
import { appendEvent } from '../events/append.ts';
import { appendAudit } from './support/appendAudit.ts';
import type { Approver } from './support/approval.ts';
import {
  beginCashSession,
  checkCount,
  currentCashSession,
  drawerOf,
  endCashSession,
  expectedInDrawer,
} from './support/cashSession.ts';
import { by, command } from './support/command.ts';
import type { Actor, Deps } from './support/deps.ts';
import { keepX } from './support/keepX.ts';
import { lockShift } from './support/lockShift.ts';
import { notifyPos } from './support/notifyPos.ts';
import { readSettings } from './support/settings.ts';

/** `taker`: whose PIN was checked beside the command. */
export type HandOverCommand = Omit<HandOverInput, 'to'> & { taker: Approver };

/**
 * The drawer changes hands inside a shift: counted blind by the one who leaves it, taken over with what was counted by the one
 * who gave a PIN. Guests' visits go on. Lock: the shift FOR NO KEY UPDATE, so that no money moves between the count and the new session.
 * @throws DomainError shift.closed, shift.reason_needed, input.invalid
 */
export async function handOverCash(
  deps: Deps,
  actor: Actor,
  input: HandOverCommand,
): Promise<HandOverAnswer> {
  return command(deps, { procedure: 'cash.handOver', actor, input }, async (unit) => {
    const shift = await lockShift(unit);
    const drawer_id = await drawerOf(unit, actor.till_id);
    const session = await currentCashSession(unit, shift, drawer_id);
    const expected_minor = await expectedInDrawer(unit, session);
    checkCount(await readSettings(unit), input, expected_minor);
    const now = deps.clock.now();
    const end = { actor, counted: input, expected_minor, ended_at: now };
    const { difference_minor } = await endCashSession(unit, session, end);
    const { operator_id } = input.taker;
    const next = await beginCashSession(unit, {
      shift_id: shift.shift_id,
      drawer_id,
      operator_id,
      float_minor: input.counted_cash_minor,
      opened_at: now,
    });
    await keepX(unit, shift, { taken_by: actor.operator_id, taken_at: now });
    const answer: HandOverAnswer = {
      ended: {
        operator_id: session.operator_id,
        expected_minor,
        counted_minor: input.counted_cash_minor,
        difference_minor,
      },
      cash_session_id: next.cash_session_id,
      operator_id,
    };
    await tell(unit, deps, { actor, answer, reason: input.reason ?? null });
    return answer;
  });
}

async function tell(
  unit: Unit,
  deps: Deps,
  { actor, answer, reason }: { actor: Actor; answer: HandOverAnswer; reason: string | null },
): Promise<void> {
  const { cash_session_id, operator_id } = answer;
  const details = { cash_session_id, from: answer.ended, to_operator_id: operator_id };
  await notifyPos(unit, {
    kind: 'shift',
    id: `cash-session-${cash_session_id}`,
    payload: { what: 'cash_handed_over', ...details },
  });
  await appendAudit(unit, { action: 'cash.handed_over', ...by(actor), reason, details });
  await appendEvent(unit, deps, { type: 'shift.changed', details: { what: 'cash_session', operator_id } });
}
