import { DomainError } from '#domain/errors';
import { cashTakenFor } from '#domain/ledger/cashRounding';
import type {
  carryReceivableInput,
  payReceivableInput,
  ReceivableAnswer,
  writeOffInput,
} from '#domain/protocol/corrections';
import type { z } from 'zod';
import type { Unit } from '../db/inTransaction.ts';
import { query } from '../db/query.ts';
import { appendEvent } from '../events/append.ts';
import { appendAudit } from './support/appendAudit.ts';
import { requireShiftLead, shiftLeadOf } from './support/approval.ts';
import type { Approver } from './support/approval.ts';
import { splitLines } from './support/billGrant.ts';
import { cashStep } from './support/cashStep.ts';
import { by, command } from './support/command.ts';
import type { Actor, Deps } from './support/deps.ts';
import { lockGuestAccount } from './support/locks.ts';
import { notifyPos } from './support/notifyPos.ts';
import { debtOf, paymentAccount } from './support/paymentAccount.ts';
import { postLedger } from './support/postLedger.ts';
import type { LedgerLine } from './support/postLedger.ts';
import { requireOpenShift } from './support/shift.ts';

export type PayReceivable = z.output<typeof payReceivableInput>;
export type WriteOff = Omit<z.output<typeof writeOffInput>, 'approval'> & { approver: Approver | null };
export type CarryReceivable = Omit<z.output<typeof carryReceivableInput>, 'approval'> & {
  approver: Approver | null;
};

/*
 * The three ways out of a debt. Each lowers it by an amount that was seen, never below zero.
 * Locks: request key → shift (shared) → guest account (two of them in the order of their ids).
 */

/** Paid at the till, past the guest's account; cash that ends the debt is rounded down. @throws DomainError money.above_debt, shift.closed, guest.not_found */
export async function payReceivable(
  deps: Deps,
  actor: Actor,
  input: PayReceivable,
): Promise<ReceivableAnswer> {
  return command(deps, { procedure: 'receivable.pay', actor, input }, async (unit) => {
    const { guest_id, amount_minor, method } = input;
    const { shift_id } = await requireOpenShift(unit, deps);
    const debt_minor = await lockDebt(unit, guest_id, amount_minor);
    const booked = { shift_id, guest_id, ...by(actor) };
    const account = await paymentAccount(unit, method, actor.till_id);
    const taken_minor = cashTakenFor(amount_minor, debt_minor, await cashStep(unit, method));
    const rounded_minor = amount_minor - taken_minor;
    const transaction_id = await postLedger(unit, {
      kind: 'receivable_paid',
      ...booked,
      lines: [
        ...off(guest_id, amount_minor),
        { account, amount_minor: -taken_minor },
        { account: { kind: 'rounding' }, amount_minor: -rounded_minor },
      ],
    });
    await notifyPos(unit, {
      kind: 'topup',
      id: input.request_id,
      payload: { event: 'receivable_paid', ...booked, transaction_id, amount_minor, rounded_minor, method },
    });
    return tell(unit, deps, {
      action: 'receivable.paid',
      actor,
      guest_id,
      left_minor: debt_minor - amount_minor,
      details: { amount_minor, rounded_minor, method, transaction_id },
    });
  });
}

/** The house bears it: always a shift lead's PIN, to `loss`. @throws DomainError approval.needed, and as payReceivable */
export async function writeOffReceivable(
  deps: Deps,
  actor: Actor,
  input: WriteOff,
): Promise<ReceivableAnswer> {
  const approved = requireShiftLead(input.approver);
  return command(deps, { procedure: 'receivable.writeOff', actor, input }, async (unit) => {
    const { guest_id, amount_minor, reason } = input;
    const { shift_id } = await requireOpenShift(unit, deps);
    const debt_minor = await lockDebt(unit, guest_id, amount_minor);
    const transaction_id = await postLedger(unit, {
      kind: 'write_off',
      shift_id,
      guest_id,
      ...by(actor),
      reason,
      lines: [...off(guest_id, amount_minor), ...splitLines({ kind: 'loss' }, -amount_minor)],
    });
    return tell(unit, deps, {
      action: 'receivable.written_off',
      actor,
      guest_id,
      reason,
      left_minor: debt_minor - amount_minor,
      details: { amount_minor, transaction_id, approved_by: approved.operator_id },
    });
  });
}

/**
 * Another guest, who has a name, owes it from now on; a shift lead's word.
 * @throws DomainError guest.nameless, approval.needed, and as payReceivable
 */
export async function carryReceivable(
  deps: Deps,
  actor: Actor,
  input: CarryReceivable,
): Promise<ReceivableAnswer> {
  const approved = shiftLeadOf(actor, input.approver);
  return command(deps, { procedure: 'receivable.carry', actor, input }, async (unit) => {
    const { guest_id, to_guest_id, amount_minor, reason } = input;
    const { shift_id } = await requireOpenShift(unit, deps);
    if (guest_id === to_guest_id)
      throw new DomainError('input.invalid', { path: 'to_guest_id', problem: 'same' });
    for (const one of [guest_id, to_guest_id].sort((a, b) => a - b)) await lockKnown(unit, one);
    await requireName(unit, to_guest_id);
    const debt_minor = await lockDebt(unit, guest_id, amount_minor);
    const transaction_id = await postLedger(unit, {
      kind: 'adjustment',
      shift_id,
      guest_id,
      ...by(actor),
      reason,
      lines: [...off(guest_id, amount_minor), ...off(to_guest_id, -amount_minor)],
    });
    return tell(unit, deps, {
      action: 'receivable.carried',
      actor,
      guest_id,
      reason,
      left_minor: debt_minor - amount_minor,
      details: { amount_minor, to_guest_id, transaction_id, approved_by: approved.operator_id },
    });
  });
}

const off = (guest_id: number, amount_minor: number): LedgerLine[] =>
  splitLines({ kind: 'receivable', guest_id }, amount_minor);

async function lockKnown(unit: Unit, guest_id: number): Promise<void> {
  const known = await query(unit, 'SELECT 1 FROM guests WHERE id = $1', [guest_id]);
  if (known.length === 0) throw new DomainError('guest.not_found', { guest_id });
  await lockGuestAccount(unit, guest_id);
}

/** Locks the guest's account and answers what they owe. */
async function lockDebt(unit: Unit, guest_id: number, amount_minor: number): Promise<number> {
  await lockKnown(unit, guest_id);
  const debt_minor = await debtOf(unit, guest_id);
  if (amount_minor > debt_minor) throw new DomainError('money.above_debt', { guest_id, debt_minor });
  return debt_minor;
}

async function requireName(unit: Unit, guest_id: number): Promise<void> {
  const named = await query(unit, 'SELECT 1 FROM guests WHERE id = $1 AND name IS NOT NULL', [guest_id]);
  if (named.length === 0) throw new DomainError('guest.nameless', { guest_id });
}

type Told = {
  action: string;
  actor: Actor;
  guest_id: number;
  reason?: string;
  left_minor: number;
  details: Record<string, unknown>;
};

/** Every visit of the guest shows the debt. */
async function tell(unit: Unit, deps: Deps, told: Told): Promise<ReceivableAnswer> {
  const { action, actor, guest_id, reason, left_minor, details } = told;
  await appendAudit(unit, { action, ...by(actor), guest_id, reason, details });
  const [visit] = await query<{ id: number }>(
    unit,
    `SELECT id FROM visits WHERE guest_id = $1 AND state = 'active'`,
    [guest_id],
  );
  await appendEvent(unit, deps, {
    type: 'visit.changed',
    visit_id: visit?.id ?? null,
    guest_id,
    details: { what: action, left_minor },
  });
  return { guest_id, debt_minor: left_minor };
}
