import type { AuthoriseAnswer } from '#domain/protocol/node';
import { offersOf } from '#domain/tap/offers';
import { refusalText } from '#domain/texts/refusals';
import type { Unit } from '../../db/inTransaction.ts';
import { readTap } from './gateReads.ts';
import type { Asking } from './gateReads.ts';
import { pourMayRun } from './kegOnTap.ts';
import type { Settings } from './settings.ts';

/** What a card of the staff may do at this tap now; null: nothing, the gates judge it like any other. Reads only. */
export async function offerTap(
  unit: Unit,
  of: { asking: Asking; has_visit: boolean; settings: Settings },
): Promise<AuthoriseAnswer | null> {
  const { asking, has_visit, settings } = of;
  const tap = await readTap(unit, asking);
  if (!tap) return null;
  const offers = offersOf({
    may_speak: tap.node_id === asking.node_id && tap.node_active && !tap.node_outdated,
    emergency_stop: settings.emergency_stop,
    status: tap.status,
    pour_may_run: await pourMayRun(unit, asking.tap_id),
    has_visit,
  });
  if (offers.length === 0) return null;
  const code = 'tap_unavailable';
  const text = refusalText(code, { at_tap_number: tap.number, tap_status: tap.status });
  return { outcome: 'refused', refusal: { code, tap_number: null, ...text }, offers };
}
