import { DomainError } from '#domain/errors';
import { decideCap } from '#domain/pour/compCap';
import type { Giver } from '#domain/pour/compCap';
import type { Unit } from '../../db/inTransaction.ts';
import { query, queryOne } from '../../db/query.ts';
import type { Approver } from './approval.ts';
import type { Actor } from './deps.ts';
import { readSettings } from './settings.ts';

/**
 * Whose word a gift of so many millilitres is: one's own within the daily cap of the role, else the approver's. Locks the givers,
 * so that two gifts at one moment cannot both be the last that fits. @throws DomainError approval.needed
 */
export async function whoGives(
  unit: Unit,
  ask: { ml: number; actor: Actor; approver: Approver | null; business_date: string },
): Promise<number> {
  const { actor, approver, business_date } = ask;
  const ids = [...new Set([actor.operator_id, ...(approver ? [approver.operator_id] : [])])];
  for (const operator_id of ids.sort((a, b) => a - b))
    await query(unit, `SELECT pg_advisory_xact_lock(hashtextextended('gives:' || $1::text, 0))`, [
      operator_id,
    ]);
  const giver = async (who: Approver): Promise<Giver> => ({
    role: who.role,
    used_ml: await given(unit, who.operator_id, business_date),
  });
  const decision = decideCap({
    ml: ask.ml,
    actor: await giver(actor),
    approver: approver && (await giver(approver)),
    caps: (await readSettings(unit)).money.comp_ml_per_day,
  });
  if (decision.outcome === 'approval_needed')
    throw new DomainError('approval.needed', { needs: decision.needs, left_ml: decision.left_ml });
  return decision.by === 'approver' && approver ? approver.operator_id : actor.operator_id;
}

async function given(unit: Unit, operator_id: number, business_date: string): Promise<number> {
  const { ml } = await queryOne<{ ml: number }>(
    unit,
    `SELECT coalesce(sum(c.ml), 0)::bigint AS ml FROM pour_corrections c JOIN shifts s ON s.id = c.shift_id
     WHERE c.approved_by = $1 AND c.kind IN ('comp', 'reversal') AND s.business_date = $2::date`,
    [operator_id, business_date],
  );
  return ml;
}
