import { DomainError } from '#domain/errors';
import { canonicalPhone } from '#domain/guest/phone';
import type { GuestWire, UpdateGuestInput } from '#domain/protocol/guests';
import { query } from '../db/query.ts';
import type { Actor, Deps } from './support/deps.ts';
import { changeGuest } from './support/guest.ts';

/** What is left out stays. Lock: guest account. @throws DomainError guest.not_found, guest.erased, guest.phone_invalid */
export async function updateGuest(deps: Deps, actor: Actor, input: UpdateGuestInput): Promise<GuestWire> {
  const { phone, ...rest } = input;
  const typed = phone?.trim();
  const digits = typed ? canonicalPhone(typed) : null;
  if (digits === undefined) throw new DomainError('guest.phone_invalid');
  const asked = { ...rest, ...(phone === undefined ? {} : { phone: digits }) };
  const { request_id: _request, guest_id: _guest, ...values } = asked;
  const fields = Object.keys(values).sort();
  const change = { procedure: 'guest.update', action: 'guest.updated', details: { fields } };
  return changeGuest(deps, actor, { input: asked, change }, async (unit, guest) => {
    const { name, phone: number, display_name, language } = { ...guest, ...values };
    await query(
      unit,
      'UPDATE guests SET name = $2, phone = $3, display_name = $4, language = $5 WHERE id = $1',
      [guest.guest_id, name, number, display_name, language],
    );
  });
}
