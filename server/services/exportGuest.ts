import { DomainError } from '#domain/errors';
import type { GuestExport } from '#domain/protocol/guests';
import { inTransaction } from '../db/inTransaction.ts';
import { query } from '../db/query.ts';
import { guestRows } from '../queries/guests.ts';
import { appendAudit } from './support/appendAudit.ts';
import { by } from './support/command.ts';
import type { Actor, Deps } from './support/deps.ts';

/** Everything that the till has of one guest. That it was handed out is in the trail. @throws DomainError guest.not_found */
export async function exportGuest(
  deps: Deps,
  actor: Actor,
  { guest_id }: { guest_id: number },
): Promise<GuestExport> {
  return inTransaction(deps.sequelize, async (unit) => {
    const known = await query(unit, 'SELECT 1 FROM guests WHERE id = $1', [guest_id]);
    if (known.length === 0) throw new DomainError('guest.not_found', { guest_id });
    const rows = await guestRows(unit, guest_id);
    await appendAudit(unit, { action: 'guest.exported', ...by(actor), guest_id });
    return { exported_at: deps.clock.now().toISOString(), ...rows };
  });
}
