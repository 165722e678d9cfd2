import { inTransaction } from '#server/db/inTransaction';
import { query } from '#server/db/query';
import { appendEvent } from '#server/events/append';
import { appendAudit } from './support/appendAudit.ts';
import type { Deps } from './support/deps.ts';

/**
 * Latched in the database, since the first press: no grant is given while it is on, also after a restart. Every active node is told at once, and
 * again with each heartbeat. Lock: the setting's row.
 */
export async function setEmergencyStop(
  deps: Deps,
  actor: { operator_id: number; till_id: number } | null,
  { on, reason }: { on: boolean; reason: string },
): Promise<{ on: boolean }> {
  return inTransaction(deps.sequelize, async (unit) => {
    await query(
      unit,
      `INSERT INTO settings (key, value, updated_at) VALUES ('emergency_stop', to_jsonb($1::boolean), $2)
       ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value,
         updated_at = CASE WHEN settings.value = EXCLUDED.value THEN settings.updated_at ELSE EXCLUDED.updated_at END`,
      [on, deps.clock.now().toISOString()],
    );
    const action = on ? 'emergency_stop.set' : 'emergency_stop.ended';
    await appendAudit(unit, { action, operator_id: actor?.operator_id, till_id: actor?.till_id, reason });
    await appendEvent(unit, deps, { type: 'tap.changed', details: { what: 'emergency_stop', on } });
    const nodes = await query<{ id: number }>(unit, `SELECT id FROM nodes WHERE state = 'active'`);
    unit.afterCommit(() => {
      for (const { id } of nodes) deps.push(id, { kind: 'emergency_stop', on });
    });
    return { on };
  });
}
