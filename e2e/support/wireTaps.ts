import type { GrantWire } from '#domain/protocol/node';
import { enrolTestNode } from '#server/testing/clients';
import type { TillClient } from '#server/testing/clients';
import { aReport, aTx, BOOT } from '#server/testing/pours';

/** Taps of one node that the test speaks for: they are there and have nothing to send, until they are closed. */
export interface WireTaps {
  /** A card is laid on the tap of that number and the valve opens. */
  grant(tap: number, card_uid: string): Promise<GrantWire>;
  /** The tap tells how much flowed. */
  settle(grant: GrantWire, metered_ml: number): Promise<void>;
  close(): Promise<void>;
}

const BEAT_MS = 1_000;

/** `tap_ids` by number, tap 1 first. */
export async function openWireTaps(
  till: { url: string; lanPort: number },
  api: TillClient,
  tap_ids: readonly number[],
): Promise<WireTaps> {
  const node = await enrolTestNode(till, api, { name: 'pi', tap_ids: [...tap_ids] });
  const phases = new Map<number, 'idle' | 'pouring'>(tap_ids.map((tap_id) => [tap_id, 'idle']));
  let seq = 0;
  let last: Promise<unknown> = Promise.resolve();
  const beat = (): void => {
    const taps = [...phases].map(([tap_id, phase]) => ({ tap_id, phase, meter_total_ml: 0 }));
    last = node.client.node.heartbeat
      .mutate({ boot_id: BOOT, queue_depth: 0, oldest_age_ms: null, taps, stops_acknowledged: [] })
      .catch(() => undefined);
  };
  const phase = (tap_id: number, now: 'idle' | 'pouring'): void => {
    phases.set(tap_id, now);
    beat();
  };
  const timer = setInterval(beat, BEAT_MS);
  beat();
  return {
    async grant(tap, card_uid) {
      const tap_id = tap_ids[tap - 1] ?? 0;
      const asked = { client_tx_id: aTx(), tap_id, card_uid, boot_id: BOOT, attempt: 1 };
      const answer = await node.client.node.authorise.mutate(asked);
      if (answer.outcome === 'refused') throw new Error(`tap ${tap} refuses: ${answer.refusal.code}`);
      phase(tap_id, 'pouring');
      return answer.grant;
    },
    async settle(grant, metered_ml) {
      seq += 1;
      await node.client.node.settle.mutate({ reports: [aReport(grant, { metered_ml, seq })] });
      phase(grant.tap_id, 'idle');
    },
    async close() {
      clearInterval(timer);
      await last;
      await node.close();
    },
  };
}
