import { DomainError } from '#domain/errors';
import type { KegWire, ReceiveKegInput } from '#domain/protocol/equipment';
import { query } from '../db/query.ts';
import { appendEvent } from '../events/append.ts';
import { kegById } from '../queries/kegs.ts';
import { appendAudit } from './support/appendAudit.ts';
import { by, command } from './support/command.ts';
import type { Actor, Deps } from './support/deps.ts';
import { refuseTakenCode } from './support/markingCode.ts';

/** A full keg comes into the store. Invariant 6 starts here: remainder = start, and from now on only movements change it. */
export async function receiveKeg(deps: Deps, actor: Actor, input: ReceiveKegInput): Promise<KegWire> {
  return command(deps, { procedure: 'keg.receive', actor, input }, async (unit) => {
    const code = input.marking_code ?? null;
    const [keg] = await refuseTakenCode(
      query<{ id: number }>(
        unit,
        `INSERT INTO kegs (beverage_id, size_ml, start_ml, remaining_ml, marking_code)
         SELECT id, $2, $2, $2, $3 FROM beverages WHERE id = $1 RETURNING id`,
        [input.beverage_id, input.size_ml, code],
      ),
      code,
    );
    if (!keg) throw new DomainError('input.invalid', { path: 'beverage_id', problem: 'unknown' });
    await appendAudit(unit, {
      action: 'keg.received',
      ...by(actor),
      details: { keg_id: keg.id, beverage_id: input.beverage_id, size_ml: input.size_ml, marking_code: code },
    });
    await appendEvent(unit, deps, { type: 'tap.changed', details: { keg_id: keg.id } });
    return kegById(unit, keg.id);
  });
}
