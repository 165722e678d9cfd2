import { DomainError } from '#domain/errors';
import type { KegWire } from '#domain/protocol/equipment';
import type { OnKegInput } from '#domain/protocol/kegs';
import { queryOne } from '../db/query.ts';
import { kegById } from '../queries/kegs.ts';
import { by, command } from './support/command.ts';
import type { Actor, Deps } from './support/deps.ts';
import { emptyKeg } from './support/emptyKeg.ts';
import { lockKeg } from './support/kegOnTap.ts';
import { lockTap } from './support/locks.ts';

/**
 * Someone says that the keg on the tap is empty: nothing more is sold from it, whatever its remainder. It stays on the tap
 * until it is changed. Said twice is said once. Locks: request key → tap → keg.
 * @throws DomainError keg.not_found, keg.not_on_tap
 */
export async function markKegEmpty(deps: Deps, actor: Actor, input: OnKegInput): Promise<KegWire> {
  return command(deps, { procedure: 'keg.markEmpty', actor, input }, async (unit) => {
    const { keg_id, reason } = input;
    const { tap_id } = await queryOne<{ tap_id: number | null }>(
      unit,
      'SELECT (SELECT id FROM taps WHERE keg_id = $1) AS tap_id',
      [keg_id],
    );
    if (tap_id !== null) await lockTap(unit, tap_id);
    await lockKeg(unit, keg_id);
    const keg = await kegById(unit, keg_id);
    if (tap_id === null || keg.tap_number === null) throw new DomainError('keg.not_on_tap', { keg_id });
    await emptyKeg(unit, deps, { keg_id, tap_id, why: 'operator', ...by(actor), reason });
    return kegById(unit, keg_id);
  });
}
