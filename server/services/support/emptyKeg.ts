import { kegAllowanceMl } from '#domain/keg/states';
import type { KegState } from '#domain/keg/states';
import type { Unit } from '../../db/inTransaction.ts';
import { queryOne } from '../../db/query.ts';
import { appendEvent } from '../../events/append.ts';
import { appendAudit } from './appendAudit.ts';
import type { Deps } from './deps.ts';
import { keepEndedAtNothing } from './kegOnTap.ts';
import { markKegEmpty } from './moveKeg.ts';

export type KegEmptied = {
  keg_id: number;
  tap_id: number;
  why: 'kick' | 'below_allowance' | 'operator';
  operator_id?: number;
  till_id?: number;
  node_id?: number;
  grant_id?: string;
  reason?: string;
};

/** Once for a keg on a tap; the tap's node hears that it has nothing to sell. */
export async function emptyKeg(unit: Unit, deps: Deps, emptied: KegEmptied): Promise<void> {
  const { keg_id, why, ...who } = emptied;
  if (!(await markKegEmpty(unit, keg_id))) return;
  const { remaining_ml } = await queryOne<{ remaining_ml: number }>(
    unit,
    'SELECT remaining_ml FROM kegs WHERE id = $1',
    [keg_id],
  );
  await appendAudit(unit, { action: 'keg.emptied', ...who, details: { keg_id, why, remaining_ml } });
  const details = { what: 'keg_empty', keg_id, why };
  await appendEvent(unit, deps, { type: 'tap.changed', tap_id: emptied.tap_id, details });
}

/** After something flowed from a keg: empty is a kick, or a remainder below the allowance, never a remainder of 0. */
export async function lookAtKeg(
  unit: Unit,
  deps: Deps,
  flowed: Omit<KegEmptied, 'why'> & { kick: boolean; allowance_percent: number },
): Promise<void> {
  const { kick, allowance_percent, ...keg } = flowed;
  const { size_ml, remaining_ml, state } = await queryOne<{
    size_ml: number;
    remaining_ml: number;
    state: KegState;
  }>(unit, 'SELECT size_ml, remaining_ml, state FROM kegs WHERE id = $1', [keg.keg_id]);
  const below = remaining_ml < -kegAllowanceMl(size_ml, allowance_percent);
  if (below || kick) await emptyKeg(unit, deps, { ...keg, why: below ? 'below_allowance' : 'kick' });
  if (state === 'empty' || state === 'returned') await keepEndedAtNothing(unit, keg.keg_id);
}
