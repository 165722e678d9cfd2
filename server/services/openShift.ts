import type { z } from 'zod';
import { DomainError } from '#domain/errors';
import type { openShiftInput } from '#domain/protocol/shift';
import type { ShiftWire } from '#domain/protocol/till';
import { openShiftWire } from '../queries/shift.ts';
import { command } from './support/command.ts';
import type { Actor, Deps } from './support/deps.ts';
import { insertShift } from './support/shift.ts';

/** Opens the shift with the float in the drawer. Invariant 10: one open shift, by its partial unique index. */
export async function openShift(
  deps: Deps,
  actor: Actor,
  input: z.output<typeof openShiftInput>,
): Promise<ShiftWire> {
  return command(deps, { procedure: 'shift.open', actor, input }, async (unit) => {
    const { operator_id, till_id } = actor;
    const made = await insertShift(unit, deps, { float_minor: input.float_minor, operator_id, till_id });
    const shift = await openShiftWire(unit, deps.clock.now());
    if (made === undefined || !shift)
      throw new DomainError('shift.open_already', { shift_id: shift?.shift_id ?? null });
    return shift;
  });
}
