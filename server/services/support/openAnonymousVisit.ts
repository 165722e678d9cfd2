import type { Unit } from '../../db/inTransaction.ts';
import { query, queryOne } from '../../db/query.ts';
import { appendEvent } from '../../events/append.ts';
import { appendAudit } from './appendAudit.ts';
import type { Deps } from './deps.ts';
import { openGuestAccount } from './postLedger.ts';

/**
 * FF_VISIT_ENFORCEMENT off: a free card of the pool opens a visit of a guest of whom nothing is known and who has no money
 * yet. The caller holds the card and has seen that it is available.
 */
export async function openAnonymousVisit(
  unit: Unit,
  deps: Deps,
  card_id: number,
): Promise<{ visit_id: number; guest_id: number; language: 'ru' | 'en' }> {
  const guest = await queryOne<{ id: number; language: 'ru' | 'en' }>(
    unit,
    `INSERT INTO guests (name, language)
     VALUES (NULL, coalesce((SELECT value->>'language' FROM settings WHERE key = 'bar'), 'ru')) RETURNING id, language`,
  );
  await openGuestAccount(unit, guest.id);
  const { id: visit_id } = await queryOne<{ id: number }>(
    unit,
    'INSERT INTO visits (guest_id) VALUES ($1) RETURNING id',
    [guest.id],
  );
  await query(unit, 'INSERT INTO visit_cards (visit_id, card_id) VALUES ($1, $2)', [visit_id, card_id]);
  await query(unit, `UPDATE cards SET state = 'assigned' WHERE id = $1`, [card_id]);
  const who = { visit_id, guest_id: guest.id };
  await appendAudit(unit, {
    action: 'visit.opened',
    ...who,
    card_id,
    reason: 'FF_VISIT_ENFORCEMENT is off: a free card was laid on a tap',
  });
  await appendEvent(unit, deps, { type: 'visit.changed', ...who });
  return { ...who, language: guest.language };
}
