import type { XReport } from '#domain/shift/zReport';
import { appendAudit } from './support/appendAudit.ts';
import { by, command } from './support/command.ts';
import type { Actor, Deps } from './support/deps.ts';
import { keepX } from './support/keepX.ts';
import { lockShift } from './support/lockShift.ts';

/**
 * An X at any moment of a shift, with the figures that a Z would show now; it ends nothing and is kept as it was. Lock: the
 * shift FOR NO KEY UPDATE, so that all figures are of one moment. @throws DomainError shift.closed
 */
export async function takeX(deps: Deps, actor: Actor, input: { request_id: string }): Promise<XReport> {
  return command(deps, { procedure: 'shift.takeX', actor, input }, async (unit) => {
    const shift = await lockShift(unit);
    const report = await keepX(unit, shift, { taken_by: actor.operator_id, taken_at: deps.clock.now() });
    await appendAudit(unit, {
      action: 'shift.x_taken',
      ...by(actor),
      details: { shift_id: shift.shift_id, expected_minor: report.expected_minor },
    });
    return report;
  });
}
