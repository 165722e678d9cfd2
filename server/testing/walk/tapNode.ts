import { randomUUID } from 'node:crypto';
import { Socket } from 'node:net';
import type { GrantWire, PourReport } from '#domain/protocol/node';
import { lanRouter } from '../../api/lanRouter.ts';
import type { OpenApp } from '../../openApp.ts';
import { aReport, aTx } from '../pours.ts';

/** What a node at the taps remembers: the rows of its journal, and what its till has not had yet. */
export type TapNode = {
  readonly node_id: number;
  readonly taps: readonly { tap_id: number; number: number }[];
  grants: Journalled[];
  queue: PourReport[];
  /** false: it is off, for good */
  on: boolean;
  readonly lan: ReturnType<typeof lanRouter.createCaller>;
  /** What it remembered is gone. */
  replace(): void;
  heartbeat(): Promise<unknown>;
  hello(change: { boot?: boolean; journal?: boolean }): Promise<unknown>;
  authorise(tap_id: number, card_uid: string): Promise<string>;
  /** The end of a pour, durable before it is reported. */
  journal(grant: Journalled, change: Partial<PourReport>): void;
  /** Everything in the queue, in one batch. */
  sync(): Promise<string>;
};
export type Journalled = { readonly grant: GrantWire; report: PourReport | null; cancelled: boolean };

const ADDRESS = '192.168.0.7';

export function aTapNode(
  app: OpenApp,
  { node_id, spki, taps }: { node_id: number; spki: string; taps: TapNode['taps'] },
): TapNode {
  const lan = lanRouter.createCaller({ app, address: ADDRESS, socket: new Socket(), spki, foreign: false });
  const life = {
    boot_id: `boot-${randomUUID()}`,
    journal_id: `journal-${randomUUID()}`,
    seq: 0,
    meter_ml: 0,
  };
  const node: TapNode = {
    node_id,
    taps,
    lan,
    grants: [],
    queue: [],
    on: true,
    replace() {
      Object.assign(node, { on: true, grants: [], queue: [] });
      Object.assign(life, { boot_id: `boot-${randomUUID()}`, journal_id: `journal-${randomUUID()}`, seq: 0 });
    },
    heartbeat: () =>
      lan.node.heartbeat({
        boot_id: life.boot_id,
        queue_depth: node.queue.length,
        oldest_age_ms: node.queue.length > 0 ? 1_000 : null,
        taps: taps.map(({ tap_id }) => ({ tap_id, phase: 'idle', meter_total_ml: life.meter_ml })),
        stops_acknowledged: [],
      }),
    hello(change) {
      if (change.boot) life.boot_id = `boot-${randomUUID()}`;
      if (change.journal) Object.assign(life, { journal_id: `journal-${randomUUID()}`, seq: 0 });
      return lan.node.hello({
        protocol_version: 1,
        software: '',
        boot_id: life.boot_id,
        journal_id: life.journal_id,
        journalled: node.grants.flatMap(({ grant, report }) => (report ? [grant.client_tx_id] : [])),
        taps: taps.map(({ tap_id }) => ({ tap_id, seq_high: life.seq, meter_total_ml: life.meter_ml })),
      });
    },
    async authorise(tap_id, card_uid) {
      const answer = await lan.node.authorise({
        client_tx_id: aTx(),
        tap_id,
        card_uid,
        boot_id: life.boot_id,
        attempt: 1,
      });
      if (answer.outcome === 'refused') return answer.refusal.code;
      node.grants.push({ grant: answer.grant, report: null, cancelled: false });
      return 'done';
    },
    journal(of, change) {
      const { boot_id, journal_id } = life;
      life.seq += 1;
      of.report = aReport(of.grant, { boot_id, journal_id, seq: life.seq, ...change });
      life.meter_ml += of.report.metered_ml;
      node.queue.push(of.report);
    },
    async sync() {
      const reports = node.queue;
      node.queue = [];
      const { verdicts } = await lan.node.settle({ reports });
      return verdicts.at(-1)?.verdict ?? 'done';
    },
  };
  return node;
}
