import { randomBytes } from 'node:crypto';
import type { BenchLane } from './benchBar.ts';

export interface CycleTimes {
  authorise_ms: number;
  settle_ms: number;
}

const BOOT = 'bench-boot-0001';
const JOURNAL = 'bench-journal-0001';

/** One pour of 1 ml over TLS as a node sends it: authorise, then settle. Anything but a grant and `accepted` is an error. */
export async function productCycle(lane: BenchLane): Promise<CycleTimes> {
  const client_tx_id = randomBytes(16).toString('hex');
  const { tap_id } = lane;
  const card_uid = lane.card_uids[lane.seq % lane.card_uids.length] ?? '';
  const began = performance.now();
  const answer = await lane.node.client.node.authorise.mutate({
    client_tx_id,
    tap_id,
    card_uid,
    boot_id: BOOT,
    attempt: 1,
  });
  const granted = performance.now();
  if (answer.outcome !== 'granted') throw new Error(`tap ${tap_id} was refused: ${answer.refusal.code}`);
  lane.seq += 1;
  const report = {
    grant_id: answer.grant.grant_id,
    client_tx_id,
    tap_id,
    short_id: answer.grant.short_id,
    seq: lane.seq,
    pulses: 5,
    metered_ml: 1,
    calibration_version: 1,
    duration_ms: 1000,
    end_reason: 'card_removed',
    boot_id: BOOT,
    age_ms: 0,
    offline: false,
    attempt: 1,
    journal_id: JOURNAL,
  };
  const sent = performance.now();
  const { verdicts } = await lane.node.client.node.settle.mutate({ reports: [report] });
  if (verdicts[0]?.verdict !== 'accepted')
    throw new Error(`tap ${tap_id} got ${verdicts[0]?.verdict ?? 'nothing'}`);
  return { authorise_ms: granted - began, settle_ms: performance.now() - sent };
}
