import { randomUUID } from 'node:crypto';
import { LEAP } from '#domain/node/tillLife';
import type { TakeOverInput } from '#domain/protocol/equipment';
import { query, queryOne } from '../db/query.ts';
import { appendEvent } from '../events/append.ts';
import { appendAudit } from './support/appendAudit.ts';
import { requireShiftLead } from './support/approval.ts';
import type { Approver } from './support/approval.ts';
import { by, command } from './support/command.ts';
import type { Actor, Deps } from './support/deps.ts';
import { readSettings } from './support/settings.ts';

export type TakeOver = Omit<TakeOverInput, 'approval'> & { approver: Approver | null };

const NUMBERED = ['guests', 'visits', 'ledger_transactions'] as const;

/**
 * The taps refuse this till because they have heard a later one (H27): a copy, or an older state of this one. By a shift lead's PIN it
 * begins a new life, above the other's, and the taps obey it and send again what they keep. The other till is refused from then
 * on. What a restore raises besides, and Z numbers that the other printed, only a restore can know.
 * Locks: the settings' rows → taps in order of id. @throws DomainError approval.needed
 */
export async function takeOverTaps(
  deps: Deps,
  actor: Actor,
  input: TakeOver,
): Promise<{ incarnation: string }> {
  const approved = requireShiftLead(input.approver);
  return command(deps, { procedure: 'nodes.takeOver', actor, input }, async (unit) => {
    await query(
      unit,
      `INSERT INTO settings (key, value) VALUES ('generation', '1') ON CONFLICT (key) DO NOTHING`,
    );
    await query(
      unit,
      `SELECT key FROM settings WHERE key IN ('generation', 'incarnation') ORDER BY key FOR NO KEY UPDATE`,
    );
    const before = await readSettings(unit);
    const incarnation = randomUUID();
    const { generation } = await queryOne<{ generation: number }>(
      unit,
      `WITH life AS (UPDATE settings SET value = to_jsonb($1::text), updated_at = now() WHERE key = 'incarnation')
       UPDATE settings SET value = to_jsonb(greatest(value::bigint + 1, floor(extract(epoch FROM clock_timestamp()))::bigint)),
         updated_at = now() WHERE key = 'generation' RETURNING value::bigint AS generation`,
      [incarnation],
    );
    await query(unit, 'SELECT id FROM taps ORDER BY id FOR NO KEY UPDATE');
    await query(unit, 'UPDATE taps SET short_code_counter = (short_code_counter + $1) % 1000', [LEAP.codes]);
    for (const table of NUMBERED)
      await query(
        unit,
        `SELECT max(nextval(pg_get_serial_sequence($1, 'id'))) AS last FROM generate_series(1, $2::int)`,
        [table, LEAP.ids],
      );
    await appendAudit(unit, {
      action: 'till.took_over',
      ...by(actor),
      reason: input.reason,
      details: {
        from_incarnation: before.incarnation,
        incarnation,
        generation,
        approved_by: approved.operator_id,
      },
    });
    await appendEvent(unit, deps, { type: 'tap.changed', details: { what: 'took_over' } });
    return { incarnation };
  });
}
