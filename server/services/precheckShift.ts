import { DomainError } from '#domain/errors';
import type { PrecheckWire } from '#domain/protocol/till';
import { precheck } from '../queries/precheck.ts';
import { openShiftWire } from '../queries/shift.ts';
import type { Deps } from './support/deps.ts';

/** The check list before a shift's close; the close asks the same again under its lock. */
export async function precheckShift(deps: Deps): Promise<PrecheckWire> {
  if (!(await openShiftWire(deps.sequelize, deps.clock.now()))) throw new DomainError('shift.closed');
  return precheck(deps.sequelize, deps.live);
}
