import type { GrantWire } from '#domain/protocol/node';
import type { Unit } from '../../db/inTransaction.ts';
import { queryOne } from '../../db/query.ts';
import type { Deps } from './deps.ts';
import type { GrantRow } from './grantRow.ts';
import type { Settings } from './settings.ts';

/** What the tap's screen shows of the guest. */
export type ShownGuest = Pick<GrantWire, 'display_name' | 'language' | 'balance_minor'>;

export async function readShownGuest(unit: Unit, guest_id: number): Promise<ShownGuest> {
  return queryOne<ShownGuest>(
    unit,
    `SELECT g.display_name, g.language, a.balance_minor FROM guests g JOIN guest_accounts a ON a.guest_id = g.id WHERE g.id = $1`,
    [guest_id],
  );
}

/** A grant as its node gets it: terms, and of the guest only what the guest allows to be shown. */
export function grantWire(
  deps: Deps,
  of: { grant: GrantRow; guest: ShownGuest; settings: Settings },
): GrantWire {
  const { grant, guest, settings } = of;
  const { start_window_ms, lease_ms } = settings.pour;
  // Before the commit that begins it, the lease is not known to the clock: nothing of the window is used yet.
  const left_ms = deps.leases.leftMs(grant.id);
  const used_ms = left_ms === 0 ? 0 : lease_ms - left_ms;
  return {
    grant_id: grant.id,
    client_tx_id: grant.client_tx_id,
    tap_id: grant.tap_id,
    short_id: grant.short_id,
    epoch: grant.epoch,
    price_minor_per_litre: grant.price_minor_per_litre,
    limit_ml: grant.limit_ml,
    start_window_left_ms: Math.max(0, Math.round(start_window_ms - used_ms)),
    display_name: guest.display_name,
    language: guest.language,
    balance_minor: guest.balance_minor,
  };
}
