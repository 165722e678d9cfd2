import { DomainError } from '#domain/errors';
import { inTransaction } from '../db/inTransaction.ts';
import { query } from '../db/query.ts';
import { appendAudit } from './support/appendAudit.ts';
import type { Deps } from './support/deps.ts';
import { forgetGuest, lockGuest } from './support/guest.ts';
import { readSettings } from './support/settings.ts';

export type Forgotten = {
  forgotten: number;
  /** long gone, but the bar still holds their money: a person decides about those */
  kept_for_money: number;
};

/** Known by name or phone, and not seen since $1. */
const LONG_GONE = `
  SELECT g.id AS guest_id FROM guests g
  WHERE g.erased_at IS NULL AND (g.name IS NOT NULL OR g.phone IS NOT NULL OR g.display_name IS NOT NULL) AND g.created_at < $1
    AND NOT EXISTS (SELECT 1 FROM visits v WHERE v.guest_id = g.id AND (v.state = 'active' OR v.closed_at >= $1))`;

/** Retention: a setting's months after the last visit a guest is forgotten. One unit per guest. Lock: guest account. */
export async function forgetOldGuests(deps: Deps): Promise<Forgotten> {
  const { till } = await readSettings(deps.sequelize);
  const since = monthsBefore(deps.clock.now(), till.retention_months);
  const gone = await query<{ guest_id: number }>(deps.sequelize, `${LONG_GONE} ORDER BY g.id`, [since]);
  const done = { forgotten: 0, kept_for_money: 0 };
  for (const { guest_id } of gone) {
    const outcome = await forgetOne(deps, guest_id, since);
    if (outcome !== 'changed') done[outcome] += 1;
  }
  return done;
}

async function forgetOne(deps: Deps, guest_id: number, since: Date): Promise<keyof Forgotten | 'changed'> {
  try {
    return await inTransaction(deps.sequelize, async (unit) => {
      const guest = await lockGuest(unit, guest_id);
      const still = await query(unit, `${LONG_GONE} AND g.id = $2`, [since, guest_id]);
      if (still.length === 0) return 'changed';
      if (guest.balance_minor > 0) return 'kept_for_money';
      await forgetGuest(unit, guest_id, deps.clock.now());
      await appendAudit(unit, { action: 'guest.erased', guest_id, details: { retention: true } });
      return 'forgotten';
    });
  } catch (error) {
    // Somebody erased them meanwhile.
    if (error instanceof DomainError) return 'changed';
    throw error;
  }
}

function monthsBefore(now: Date, months: number): Date {
  const then = new Date(now);
  then.setUTCMonth(then.getUTCMonth() - months);
  return then;
}
