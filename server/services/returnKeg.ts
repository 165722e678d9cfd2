import { DomainError } from '#domain/errors';
import type { KegWire } from '#domain/protocol/equipment';
import type { OnKegInput } from '#domain/protocol/kegs';
import { query } from '../db/query.ts';
import { appendEvent } from '../events/append.ts';
import { kegById } from '../queries/kegs.ts';
import { appendAudit } from './support/appendAudit.ts';
import { by, command } from './support/command.ts';
import type { Actor, Deps } from './support/deps.ts';
import { bookRest, lockKeg } from './support/kegOnTap.ts';
import { notifyPos } from './support/notifyPos.ts';

/**
 * A keg goes back to where it came from, from the store or empty; what was in it is its variance. Locks: request key → keg.
 * @throws DomainError keg.not_found, keg.on_tap, keg.returned
 */
export async function returnKeg(deps: Deps, actor: Actor, input: OnKegInput): Promise<KegWire> {
  return command(deps, { procedure: 'keg.return', actor, input }, async (unit) => {
    const { keg_id, reason, request_id } = input;
    const keg = await lockKeg(unit, keg_id);
    if (keg.state === 'returned') throw new DomainError('keg.returned', { keg_id });
    if ((await kegById(unit, keg_id)).tap_number !== null) throw new DomainError('keg.on_tap', { keg_id });
    await query(unit, `UPDATE kegs SET state = 'returned' WHERE id = $1`, [keg_id]);
    await bookRest(unit, keg_id, { ...by(actor), reason });
    await notifyPos(unit, { kind: 'keg', id: request_id, payload: { keg_id, what: 'returned' } });
    await appendAudit(unit, { action: 'keg.returned', ...by(actor), reason, details: { keg_id } });
    await appendEvent(unit, deps, { type: 'tap.changed', details: { what: 'keg', keg_id } });
    return kegById(unit, keg_id);
  });
}
