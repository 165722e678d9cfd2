import { createHash, createPublicKey, randomBytes, randomUUID } from 'node:crypto';
import { commitmentText } from '#domain/node/pairing';
import type { GrantWire, PourReport, TAP_PHASES } from '#domain/protocol/node';
import { enrolTestNode, lanClient, newNodeKey } from '#server/testing/clients';
import type { EnrolledNode, TillClient } from '#server/testing/clients';
import { aReport } from '#server/testing/pours';

export interface TillAddress {
  readonly url: string;
  readonly lanPort: number;
}
type Phase = (typeof TAP_PHASES)[number];

const BEAT_MS = 1_000;

/** The computer at some taps as the till hears it over TLS: no process, no meter, so that a screen's state costs no time. */
export class SpokenNode {
  readonly node: EnrolledNode;
  readonly #phases = new Map<number, Phase>();
  readonly #running = new Map<number, { grant: GrantWire; ml: number }>();
  readonly #boot_id = `boot-${randomUUID()}`;
  readonly #journal_id = `journal-${randomUUID()}`;
  readonly #seq = new Map<number, number>();
  #timer: NodeJS.Timeout | undefined;

  constructor(node: EnrolledNode) {
    this.node = node;
    for (const tap_id of node.tap_ids) this.#phases.set(tap_id, 'idle');
  }

  static async enrol(
    till: TillAddress,
    api: TillClient,
    node: { name: string; tap_ids: number[] },
  ): Promise<SpokenNode> {
    const spoken = new SpokenNode(await enrolTestNode(till, api, node));
    await spoken.beat();
    return spoken;
  }

  /** From now on it is on the line, until `fallSilent`. */
  keepBeating(): void {
    this.#timer ??= setInterval(() => void this.beat().catch(() => undefined), BEAT_MS);
  }

  fallSilent(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  async beat(): Promise<void> {
    await this.node.client.node.heartbeat.mutate({
      boot_id: this.#boot_id,
      queue_depth: 0,
      oldest_age_ms: null,
      taps: [...this.#phases].map(([tap_id, phase]) => ({ tap_id, phase, meter_total_ml: 0 })),
      stops_acknowledged: [],
    });
    for (const [tap_id, { grant, ml }] of this.#running)
      await this.node.client.node.progress.mutate({ grant_id: grant.grant_id, tap_id, ml });
  }

  say(tap_id: number, phase: Phase): void {
    this.#phases.set(tap_id, phase);
  }

  async lay(tap_id: number, card_uid: string): Promise<GrantWire | null> {
    const answer = await this.node.client.node.authorise.mutate({
      client_tx_id: randomBytes(16).toString('hex'),
      tap_id,
      card_uid,
      boot_id: this.#boot_id,
      attempt: 1,
    });
    return answer.outcome === 'refused' ? null : answer.grant;
  }

  /** The card stays on the tap, and so much has run. */
  async flow(grant: GrantWire, ml: number): Promise<void> {
    this.say(grant.tap_id, 'pouring');
    this.#running.set(grant.tap_id, { grant, ml });
    await this.beat();
  }

  async settle(grant: GrantWire, metered_ml: number, change: Partial<PourReport> = {}): Promise<void> {
    this.#running.delete(grant.tap_id);
    this.say(grant.tap_id, 'idle');
    const seq = (this.#seq.get(grant.tap_id) ?? 0) + 1;
    this.#seq.set(grant.tap_id, seq);
    const [boot_id, journal_id] = [this.#boot_id, this.#journal_id];
    const report = aReport(grant, { metered_ml, seq, boot_id, journal_id, ...change });
    await this.node.client.node.settle.mutate({ reports: [report] });
  }

  /** From the card to the ledger; false where the till refuses the card. */
  async pour(tap_id: number, card_uid: string, ml: number): Promise<boolean> {
    const grant = await this.lay(tap_id, card_uid);
    if (grant === null) return false;
    await this.settle(grant, Math.min(ml, grant.limit_ml));
    return true;
  }

  async close(): Promise<void> {
    this.fallSilent();
    await this.node.close();
  }
}

/** A tap's computer that nobody has taken in yet asks for it. */
export async function askToPair({ lanPort }: TillAddress, name: string): Promise<void> {
  const sha256 = (text: string | Buffer): string => createHash('sha256').update(text).digest('hex');
  const { key, csr } = await newNodeKey();
  const node_spki_sha256 = sha256(createPublicKey(key).export({ type: 'spki', format: 'der' }));
  const nonce = randomBytes(32).toString('hex');
  const commitment = sha256(commitmentText({ node_spki_sha256, node_nonce: nonce }));
  const stranger = lanClient(lanPort);
  const { pairing_id } = await stranger.client.pairing.request.mutate({ name, csr, commitment });
  await stranger.client.pairing.reveal.mutate({ pairing_id, nonce });
  await stranger.close();
}
