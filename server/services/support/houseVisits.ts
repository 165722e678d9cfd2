import { minorPerLitre } from '#domain/quantity/money';
import { cost } from '#domain/quantity/pricing';
import { millilitres } from '#domain/quantity/volume';
import type { HousePurpose } from '#domain/visit/house';
import type { Unit } from '../../db/inTransaction.ts';
import { query, queryOne } from '../../db/query.ts';
import { appendEvent } from '../../events/append.ts';
import { appendAudit } from './appendAudit.ts';
import { splitLines } from './billGrant.ts';
import { by } from './command.ts';
import { compedMoney, expireComped } from './compedMoney.ts';
import type { Actor, Deps } from './deps.ts';
import { postLedger } from './postLedger.ts';
import { endVisitCard } from './visitCards.ts';

/** Puts on the account of a house visit what so many millilitres of the dearest beverage cost. The caller holds the account. */
export async function fundHouse(
  unit: Unit,
  fund: { ml: number; visit_id: number; guest_id: number; shift_id: number; actor: Actor; reason: string },
): Promise<void> {
  const { ml, visit_id, guest_id, shift_id, actor, reason } = fund;
  const { price } = await queryOne<{ price: number }>(
    unit,
    'SELECT coalesce(max(price_minor_per_litre), 0) AS price FROM beverages WHERE active',
  );
  const amount_minor = Number(cost(millilitres(ml), minorPerLitre(price)));
  await postLedger(unit, {
    kind: 'comp',
    shift_id,
    visit_id,
    guest_id,
    ...by(actor),
    reason,
    lines: [
      ...splitLines({ kind: 'guest', guest_id }, amount_minor),
      ...splitLines({ kind: 'comp' }, 0 - amount_minor),
    ],
  });
}

export async function housePurposeOf(unit: Unit, guest_id: number): Promise<HousePurpose | null> {
  const { house_purpose } = await queryOne<{ house_purpose: HousePurpose | null }>(
    unit,
    'SELECT house_purpose FROM guests WHERE id = $1',
    [guest_id],
  );
  return house_purpose;
}

/**
 * The shift takes the house's visits with it, those without an unsettled grant; what was not poured goes back to `comp`. The
 * caller holds the shift. Locks: guest accounts in the order of their ids → visit → card.
 */
export async function closeHouseVisits(
  unit: Unit,
  deps: Deps,
  close: { shift_id: number; actor: Actor },
): Promise<void> {
  const { shift_id, actor } = close;
  const accounts = await query<{ guest_id: number }>(
    unit,
    `SELECT a.guest_id FROM guest_accounts a JOIN guests g ON g.id = a.guest_id AND g.house_purpose IS NOT NULL
     ORDER BY a.guest_id FOR NO KEY UPDATE OF a`,
  );
  const visits = await query<{ visit_id: number; guest_id: number }>(
    unit,
    `SELECT v.id AS visit_id, v.guest_id FROM visits v WHERE v.guest_id = ANY($1::bigint[]) AND v.state = 'active'
       AND NOT EXISTS (SELECT 1 FROM grants x WHERE x.guest_id = v.guest_id AND x.state IN ('open', 'orphaned'))
     ORDER BY v.id FOR NO KEY UPDATE OF v`,
    [accounts.map(({ guest_id }) => guest_id)],
  );
  for (const { visit_id, guest_id } of visits) {
    const reason = 'The shift was closed';
    const amount_minor = await compedMoney(unit, guest_id);
    await expireComped(unit, { visit_id, guest_id, amount_minor, shift_id, actor, reason });
    const card_id = await endVisitCard(unit, { visit_id, end_reason: 'missing', card_state: 'missing' });
    await query(
      unit,
      `UPDATE visits SET state = 'closed', closed_at = $2, closed_by = $3, close_reason = $4, version = version + 1 WHERE id = $1`,
      [visit_id, deps.clock.now().toISOString(), actor.operator_id, reason],
    );
    await appendAudit(unit, {
      action: 'visit.closed',
      ...by(actor),
      visit_id,
      guest_id,
      card_id,
      reason,
      details: { house: true, expires_minor: amount_minor },
    });
    await appendEvent(unit, deps, { type: 'visit.changed', visit_id, guest_id, details: { what: 'closed' } });
  }
}
