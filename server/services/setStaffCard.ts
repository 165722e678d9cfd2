import { DomainError } from '#domain/errors';
import type { SetStaffCardInput, StaffRow } from '#domain/protocol/staff';
import type { Unit } from '../db/inTransaction.ts';
import { query } from '../db/query.ts';
import { command } from './support/command.ts';
import type { Actor, Deps } from './support/deps.ts';
import { auditStaff, lockManaged, staffAnswer } from './support/staff.ts';
import { lockOrAddCard, readUid } from './support/visitCards.ts';

/**
 * The card that somebody of the staff lays on a tap, or none. One that a guest holds, or that was lost, cannot be it.
 * Locks: operator → card. @throws DomainError staff.not_found, operator.not_allowed, card.lost, card.not_available, card.is_staff
 */
export async function setStaffCard(deps: Deps, actor: Actor, input: SetStaffCardInput): Promise<StaffRow> {
  const { operator_id } = input;
  const uid = input.card_uid === null ? null : readUid(input.card_uid);
  await command(deps, { procedure: 'staff.setCard', actor, input }, async (unit) => {
    await lockManaged(unit, actor, operator_id);
    const card_id = uid === null ? null : (await lockOrAddCard(unit, uid)).card_id;
    if (card_id !== null) await requireFree(unit, card_id, operator_id);
    await query(unit, 'UPDATE operators SET card_id = $2 WHERE id = $1', [operator_id, card_id]);
    await auditStaff(unit, actor, { action: 'staff.card_set', operator_id, details: { card_id } });
    return { operator_id };
  });
  return staffAnswer(deps, operator_id);
}

/** The card's row is locked. A card of somebody who has left is free. */
async function requireFree(unit: Unit, card_id: number, operator_id: number): Promise<void> {
  const [held] = await query<{ state: string; active: boolean | null; guests: boolean }>(
    unit,
    `SELECT c.state, o.active, EXISTS (
       SELECT 1 FROM visit_cards vc JOIN visits v ON v.id = vc.visit_id JOIN guests g ON g.id = v.guest_id
       WHERE vc.card_id = c.id AND vc.ended_at IS NULL AND g.house_purpose IS NULL) AS guests
     FROM cards c LEFT JOIN operators o ON o.card_id = c.id AND o.id <> $2 WHERE c.id = $1`,
    [card_id, operator_id],
  );
  if (held?.state === 'lost') throw new DomainError('card.lost', { card_id });
  if (held?.state === 'retired' || held?.guests) throw new DomainError('card.not_available', { card_id });
  if (held?.active) throw new DomainError('card.is_staff', { card_id });
  await query(unit, 'UPDATE operators SET card_id = NULL WHERE card_id = $1 AND NOT active', [card_id]);
}
