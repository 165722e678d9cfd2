import type { CardState } from '#domain/card/states';
import type { Unit } from '../../db/inTransaction.ts';
import { query, queryOne } from '../../db/query.ts';

/*
 * The order in which a unit takes its locks, so that no two wait for each other:
 * attempt or request key → shift → guest account → visit → card → tap → grant → pour → keg. A unit may leave some out, never
 * turn back. Shift and visit are locked by shift.ts and visitFor.ts. All are FOR NO KEY UPDATE: no key ever changes, and FOR UPDATE
 * would make a row of the trail that names what is locked wait for it, in the order of its foreign keys instead of this one.
 */

/** Everything that names this client_tx_id waits: authorise, cancel and settle of one attempt follow one another. */
export async function lockAttempt(unit: Unit, client_tx_id: string): Promise<void> {
  await query(unit, 'SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [client_tx_id]);
}

/** The guest's money: everything that reserves, moves or gives it back holds this lock. */
export async function lockGuestAccount(unit: Unit, guest_id: number): Promise<{ balance_minor: number }> {
  return queryOne(unit, 'SELECT balance_minor FROM guest_accounts WHERE guest_id = $1 FOR NO KEY UPDATE', [
    guest_id,
  ]);
}

export async function lockCard(unit: Unit, card_id: number): Promise<{ state: CardState }> {
  return queryOne(unit, 'SELECT state FROM cards WHERE id = $1 FOR NO KEY UPDATE', [card_id]);
}

export async function lockTap(unit: Unit, tap_id: number): Promise<void> {
  await queryOne(unit, 'SELECT id FROM taps WHERE id = $1 FOR NO KEY UPDATE', [tap_id]);
}
