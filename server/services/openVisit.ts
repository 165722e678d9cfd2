import type { z } from 'zod';
import { DomainError } from '#domain/errors';
import { canonicalPhone } from '#domain/guest/phone';
import type { openVisitInput } from '#domain/protocol/till';
import type { Unit } from '../db/inTransaction.ts';
import { query, queryOne } from '../db/query.ts';
import { appendEvent } from '../events/append.ts';
import { appendAudit } from './support/appendAudit.ts';
import { by, command } from './support/command.ts';
import type { Actor, Deps } from './support/deps.ts';
import { writeAge } from './support/guest.ts';
import { openGuestAccount } from './support/postLedger.ts';
import { bindCard, readUid } from './support/visitCards.ts';

type Input = z.output<typeof openVisitInput>;
export type VisitAnswer = { visit_id: number; version: number };

/**
 * Opens a visit for a known or a new guest, with or without a card. Locks: guest account → visit (made here) → card.
 * Invariant 1: one active visit per guest and per card; the partial unique indexes have the last word.
 */
export async function openVisit(deps: Deps, actor: Actor, input: Input): Promise<VisitAnswer> {
  const uid = input.card_uid === null ? null : readUid(input.card_uid);
  if ((input.guest_id === null) === (input.guest === null))
    throw new DomainError('input.invalid', { path: 'guest', problem: 'one_of_guest_id_and_guest' });
  return command(deps, { procedure: 'visit.open', actor, input }, async (unit) => {
    const guest_id = input.guest
      ? await newGuest(unit, actor, input.guest)
      : await knownGuest(unit, input.guest_id);
    if (input.guest_id !== null)
      await needAge(unit, deps, { guest_id, actor, confirmed: input.age_confirmed });
    const visit_id = await insertVisit(unit, guest_id, actor);
    const card = uid && (await bindCard(unit, { visit_id, uid, operator_id: actor.operator_id }));
    await appendAudit(unit, {
      action: 'visit.opened',
      ...by(actor),
      visit_id,
      guest_id,
      card_id: card?.card_id,
      details: { new_guest: input.guest !== null },
    });
    await appendEvent(unit, deps, { type: 'visit.changed', visit_id, guest_id, details: { what: 'opened' } });
    return { visit_id, version: 1 };
  });
}

/** @throws DomainError `guest.age_not_confirmed`, `guest.phone_invalid` */
async function newGuest(unit: Unit, actor: Actor, guest: NonNullable<Input['guest']>): Promise<number> {
  if (!guest.age_confirmed) throw new DomainError('guest.age_not_confirmed');
  const typed = guest.phone?.trim() ?? '';
  const phone = typed === '' ? null : canonicalPhone(typed);
  if (phone === undefined) throw new DomainError('guest.phone_invalid');
  const { id } = await queryOne<{ id: number }>(
    unit,
    `INSERT INTO guests (name, phone, age_confirmed_at, age_confirmed_by, language)
     VALUES ($1, $2, now(), $3, coalesce((SELECT value->>'language' FROM settings WHERE key = 'bar'), 'ru')) RETURNING id`,
    [guest.name, phone, actor.operator_id],
  );
  await openGuestAccount(unit, id);
  return id;
}

/** @throws DomainError `guest.not_found`, `visit.guest_has_one` */
async function knownGuest(unit: Unit, guest_id: number | null): Promise<number> {
  const [account] = await query(
    unit,
    'SELECT guest_id FROM guest_accounts WHERE guest_id = $1 FOR NO KEY UPDATE',
    [guest_id],
  );
  if (!account || guest_id === null) throw new DomainError('guest.not_found', { guest_id });
  const [visit] = await query<{ id: number }>(
    unit,
    `SELECT id FROM visits WHERE guest_id = $1 AND state = 'active'`,
    [guest_id],
  );
  if (visit) throw new DomainError('visit.guest_has_one', { guest_id, visit_id: visit.id });
  return guest_id;
}

/** A known guest was of age once and for all, or is so by this operator's word now. @throws DomainError `guest.age_not_confirmed` */
async function needAge(
  unit: Unit,
  deps: Deps,
  ask: { guest_id: number; actor: Actor; confirmed: boolean | undefined },
): Promise<void> {
  const { guest_id, actor } = ask;
  if (ask.confirmed && (await writeAge(unit, { guest_id, actor, at: deps.clock.now() })))
    await appendAudit(unit, { action: 'guest.age_confirmed', ...by(actor), guest_id });
  const known = await queryOne<{ confirmed: boolean }>(
    unit,
    'SELECT age_confirmed_at IS NOT NULL AS confirmed FROM guests WHERE id = $1',
    [guest_id],
  );
  if (!known.confirmed) throw new DomainError('guest.age_not_confirmed', { guest_id });
}

async function insertVisit(unit: Unit, guest_id: number, actor: Actor): Promise<number> {
  const [visit] = await query<{ id: number }>(
    unit,
    `INSERT INTO visits (guest_id, opened_by) VALUES ($1, $2)
     ON CONFLICT (guest_id) WHERE state = 'active' DO NOTHING RETURNING id`,
    [guest_id, actor.operator_id],
  );
  if (!visit) throw new DomainError('visit.guest_has_one', { guest_id });
  return visit.id;
}
