import { DomainError } from '#domain/errors';
import type { FlagRow, SetFlagInput } from '#domain/protocol/settings';
import { query, queryOne } from '../db/query.ts';
import { appendEvent } from '../events/append.ts';
import { flagList } from '../queries/flags.ts';
import { appendAudit } from './support/appendAudit.ts';
import { engineerOf } from './support/approval.ts';
import type { Approver } from './support/approval.ts';
import { by, command } from './support/command.ts';
import type { Actor, Deps } from './support/deps.ts';

export type SetFlag = Omit<SetFlagInput, 'approval'> & { approver?: Approver | null };

/**
 * The first rollback lever: a rule is switched off or on again for every unit of work that begins from now on. What the
 * environment sets wins over the row, so changing that one is refused rather than done without effect. Lock: the flag's row.
 * @throws DomainError flag.overridden, approval.needed
 */
export async function setFlag(deps: Deps, actor: Actor, input: SetFlag): Promise<FlagRow[]> {
  const { name, enabled, reason } = input;
  const answers = engineerOf(actor, input.approver);
  if (deps.flag_overrides[name] !== undefined) throw new DomainError('flag.overridden', { flag: name });
  await command(deps, { procedure: 'flag.set', actor, input }, async (unit) => {
    const before = await queryOne<{ enabled: boolean }>(
      unit,
      'SELECT enabled FROM feature_flags WHERE name = $1 FOR NO KEY UPDATE',
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
      details: { flag: name, enabled, before: before.enabled, approved_by: answers.operator_id },
    });
    await appendEvent(unit, deps, { type: 'flags.changed', details: { flag: name, enabled } });
    return { name, enabled };
  });
  return flagList(deps.sequelize, deps.flag_overrides);
}
