import { DomainError } from '#domain/errors';
import type { KegWire } from '#domain/protocol/equipment';
import type { SetMarkingCodeInput } from '#domain/protocol/kegs';
import { query } from '../db/query.ts';
import { appendEvent } from '../events/append.ts';
import { kegById } from '../queries/kegs.ts';
import { appendAudit } from './support/appendAudit.ts';
import { by, command } from './support/command.ts';
import type { Actor, Deps } from './support/deps.ts';
import { lockKeg } from './support/kegOnTap.ts';
import { refuseTakenCode } from './support/markingCode.ts';

/** The code of the marking scheme, entered or put right. Locks: request key → keg. @throws DomainError keg.code_taken */
export async function setMarkingCode(deps: Deps, actor: Actor, input: SetMarkingCodeInput): Promise<KegWire> {
  return command(deps, { procedure: 'keg.setMarkingCode', actor, input }, async (unit) => {
    const { keg_id, marking_code } = input;
    await lockKeg(unit, keg_id);
    const set = await refuseTakenCode(
      query<{ id: number }>(unit, 'UPDATE kegs SET marking_code = $2 WHERE id = $1 RETURNING id', [
        keg_id,
        marking_code,
      ]),
      marking_code,
    );
    if (set.length === 0) throw new DomainError('keg.not_found', { keg_id });
    await appendAudit(unit, { action: 'keg.marked', ...by(actor), details: { keg_id, marking_code } });
    await appendEvent(unit, deps, { type: 'tap.changed', details: { what: 'keg', keg_id } });
    return kegById(unit, keg_id);
  });
}
