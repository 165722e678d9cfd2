import { DomainError } from '#domain/errors';
import type { FlagRow, SetFlagInput } from '#domain/protocol/settings';
import { query, queryOne } from '../db/query.ts';
import { appendEvent } from '../events/append.ts';
import { flagList } from '../queries/flags.ts';
import { appendAudit } from './support/appendAudit.ts';
import { by, command } from './support/command.ts';
import type { Actor, Deps } from './support/deps.ts';

/**
 * The first rollback lever: a rule is switched off or on again for every unit of work that begins from now on. What the
 * environment sets wins over the row, so changing that one is refused rather than done without effect. Lock: the flag's row.
 * @throws DomainError flag.overridden
 */
export async function setFlag(deps: Deps, actor: Actor, input: SetFlagInput): Promise<FlagRow[]> {
  const { name, enabled, reason } = input;
  if (deps.flag_overrides[name] !== undefined) throw new DomainError('flag.overridden', { flag: name });
  await command(deps, { procedure: 'flag.set', actor, input }, async (unit) => {
    const before = await queryOne<{ enabled: boolean }>(
      unit,
      'SELECT enabled FROM feature_flags WHERE name = $1 FOR UPDATE',
      [name],
    );
    await query(
      unit,
      'UPDATE feature_flags SET enabled = $2, reason = $3, changed_by = $4, changed_at = $5 WHERE name = $1',
      [name, enabled, reason, actor.operator_id, deps.clock.now()],
    );
    await appendAudit(unit, {
      action: 'flag.set',
      ...by(actor),
      reason,
      details: { flag: name, enabled, before: before.enabled },
    });
    await appendEvent(unit, deps, { type: 'flags.changed', details: { flag: name, enabled } });
    return { name, enabled };
  });
  return flagList(deps.sequelize, deps.flag_overrides);
}
