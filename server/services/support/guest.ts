import { DomainError } from '#domain/errors';
import type { GuestWire } from '#domain/protocol/guests';
import type { Unit } from '../../db/inTransaction.ts';
import { query } from '../../db/query.ts';
import { appendEvent } from '../../events/append.ts';
import { guestView } from '../../queries/guests.ts';
import { appendAudit } from './appendAudit.ts';
import { by, command } from './command.ts';
import type { Actor, Deps } from './deps.ts';

/** The guest, their account locked; who stands for a purpose of the house is no person. @throws DomainError guest.not_found, guest.erased */
export async function lockGuest(unit: Unit, guest_id: number): Promise<GuestWire> {
  const [account] = await query(
    unit,
    `SELECT a.guest_id FROM guest_accounts a JOIN guests g ON g.id = a.guest_id
     WHERE a.guest_id = $1 AND g.house_purpose IS NULL FOR NO KEY UPDATE OF a`,
    [guest_id],
  );
  if (!account) throw new DomainError('guest.not_found', { guest_id });
  const guest = await guestView(unit, guest_id);
  if (guest.erased_at !== null) throw new DomainError('guest.erased', { guest_id });
  return guest;
}

export type GuestChange = {
  procedure: string;
  action: string;
  reason?: string;
  /** which columns, never their values */
  details?: Readonly<Record<string, unknown>>;
};

/**
 * A change of what is known of one guest, with its trail; screens that show the guest's visit look again. The stored answer is
 * an id: names are read anew. Lock: guest account.
 */
export async function changeGuest<Input extends { request_id: string; guest_id: number }>(
  deps: Deps,
  actor: Actor,
  asked: { input: Input; change: GuestChange },
  work: (unit: Unit, guest: GuestWire) => Promise<void>,
): Promise<GuestWire> {
  const { input, change } = asked;
  const { procedure, action, reason, details } = change;
  const { guest_id } = input;
  await command(deps, { procedure, actor, input }, async (unit) => {
    const guest = await lockGuest(unit, guest_id);
    await work(unit, guest);
    const visit_id = guest.active_visit_id;
    await appendAudit(unit, { action, ...by(actor), guest_id, visit_id, reason, details });
    if (visit_id !== null)
      await appendEvent(unit, deps, {
        type: 'visit.changed',
        visit_id,
        guest_id,
        details: { what: 'guest' },
      });
    return { guest_id };
  });
  return guestView(deps.sequelize, guest_id);
}

/** Somebody saw a document; the first confirmation stands. True: this was it. The caller holds the account. */
export async function writeAge(
  unit: Unit,
  seen: { guest_id: number; actor: Actor; at: Date },
): Promise<boolean> {
  const rows = await query(
    unit,
    `UPDATE guests SET age_confirmed_at = $2, age_confirmed_by = $3 WHERE id = $1 AND age_confirmed_at IS NULL
     RETURNING id`,
    [seen.guest_id, seen.at, seen.actor.operator_id],
  );
  return rows.length > 0;
}

/** Name and phone are gone for good; the row, its id and its money's history stay. The caller holds the account. */
export async function forgetGuest(unit: Unit, guest_id: number, erased_at: Date): Promise<void> {
  await query(
    unit,
    `UPDATE guests SET name = NULL, phone = NULL, display_name = NULL, consent_at = NULL, blocked_reason = NULL, erased_at = $2
     WHERE id = $1`,
    [guest_id, erased_at],
  );
}
