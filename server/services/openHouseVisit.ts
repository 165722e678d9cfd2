import type { z } from 'zod';
import { DomainError } from '#domain/errors';
import type { openHouseInput } from '#domain/protocol/corrections';
import type { HousePurpose } from '#domain/visit/house';
import type { Unit } from '../db/inTransaction.ts';
import { query } from '../db/query.ts';
import { appendEvent } from '../events/append.ts';
import type { VisitAnswer } from './openVisit.ts';
import { appendAudit } from './support/appendAudit.ts';
import { shiftLeadOf } from './support/approval.ts';
import type { Approver } from './support/approval.ts';
import { by, command } from './support/command.ts';
import type { Actor, Deps } from './support/deps.ts';
import { fundHouse } from './support/houseVisits.ts';
import { lockGuestAccount } from './support/locks.ts';
import { openGuestAccount } from './support/postLedger.ts';
import { readSettings } from './support/settings.ts';
import { requireOpenShift } from './support/shift.ts';
import { bindCard, readUid } from './support/visitCards.ts';

export type OpenHouseVisit = Omit<z.output<typeof openHouseInput>, 'approval'> & {
  approver: Approver | null;
};

/**
 * Opens the visit of a purpose of the house on a shift lead's word: its account gets, from `comp`, what the day's millilitres
 * may cost; whatever is not poured goes back when the visit ends, at the latest with the shift.
 * Locks: request key → shift (shared) → guest account → visit (made here) → card.
 * @throws DomainError approval.needed, visit.guest_has_one, shift.closed
 */
export async function openHouseVisit(deps: Deps, actor: Actor, input: OpenHouseVisit): Promise<VisitAnswer> {
  const approved = shiftLeadOf(actor, input.approver);
  const uid = input.card_uid === null ? null : readUid(input.card_uid);
  return command(deps, { procedure: 'visit.openHouse', actor, input }, async (unit) => {
    const { purpose, reason } = input;
    const { shift_id } = await requireOpenShift(unit, deps);
    const guest_id = await houseGuest(unit, purpose);
    const visit_id = await insertVisit(unit, guest_id, actor);
    const card = uid && (await bindCard(unit, { visit_id, uid, operator_id: actor.operator_id }));
    const ml = (await readSettings(unit)).money.house_ml_per_day[purpose];
    await fundHouse(unit, { ml, visit_id, guest_id, shift_id, actor, reason });
    await appendAudit(unit, {
      action: 'visit.opened',
      ...by(actor),
      visit_id,
      guest_id,
      card_id: card?.card_id,
      reason,
      details: { house: purpose, ml, approved_by: approved.operator_id },
    });
    await appendEvent(unit, deps, { type: 'visit.changed', visit_id, guest_id, details: { what: 'opened' } });
    return { visit_id, version: 1 };
  });
}

/** The guest of the purpose, made when first needed; the account locked. */
async function houseGuest(unit: Unit, purpose: HousePurpose): Promise<number> {
  const [made] = await query<{ id: number }>(
    unit,
    `INSERT INTO guests (house_purpose, language)
     VALUES ($1, coalesce((SELECT value->>'language' FROM settings WHERE key = 'bar'), 'ru'))
     ON CONFLICT (house_purpose) WHERE house_purpose IS NOT NULL DO NOTHING RETURNING id`,
    [purpose],
  );
  if (made) await openGuestAccount(unit, made.id);
  const [guest] = await query<{ id: number }>(unit, 'SELECT id FROM guests WHERE house_purpose = $1', [
    purpose,
  ]);
  if (!guest) throw new Error(`There is no guest of the house for ${purpose}.`);
  await lockGuestAccount(unit, guest.id);
  return guest.id;
}

async function insertVisit(unit: Unit, guest_id: number, actor: Actor): Promise<number> {
  const [visit] = await query<{ id: number }>(
    unit,
    `INSERT INTO visits (guest_id, opened_by) VALUES ($1, $2)
     ON CONFLICT (guest_id) WHERE state = 'active' DO NOTHING RETURNING id`,
    [guest_id, actor.operator_id],
  );
  if (visit) return visit.id;
  const [active] = await query<{ id: number }>(
    unit,
    `SELECT id FROM visits WHERE guest_id = $1 AND state = 'active'`,
    [guest_id],
  );
  throw new DomainError('visit.guest_has_one', { guest_id, visit_id: active?.id ?? null });
}
