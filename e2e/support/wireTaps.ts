import type { GrantWire } from '#domain/protocol/node';
import type { TillClient } from '#server/testing/clients';
import { SpokenNode } from './barOnWire.ts';
import type { TillAddress } from './barOnWire.ts';

/** Taps of one node that the test speaks for: they are there and have nothing to send, until they are closed. */
export interface WireTaps {
  /** A card is laid on the tap of that number and the valve opens. */
  grant(tap: number, card_uid: string): Promise<GrantWire>;
  /** The tap tells how much flowed. */
  settle(grant: GrantWire, metered_ml: number): Promise<void>;
  close(): Promise<void>;
}

/** `tap_ids` by number, tap 1 first. */
export async function openWireTaps(
  till: TillAddress,
  api: TillClient,
  tap_ids: readonly number[],
): Promise<WireTaps> {
  const node = await SpokenNode.enrol(till, api, { name: 'pi', tap_ids: [...tap_ids] });
  node.keepBeating();
  return {
    async grant(tap, card_uid) {
      const grant = await node.lay(tap_ids[tap - 1] ?? 0, card_uid);
      if (grant === null) throw new Error(`tap ${tap} refuses ${card_uid}`);
      await node.flow(grant, 0);
      return grant;
    },
    async settle(grant, metered_ml) {
      await node.settle(grant, metered_ml);
      await node.beat();
    },
    close: () => node.close(),
  };
}
