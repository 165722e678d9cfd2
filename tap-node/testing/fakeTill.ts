import type {
  AuthoriseInput,
  HelloAnswer,
  HelloInput,
  HeartbeatInput,
  NodeCommand,
  NodeConfig,
  PourReport,
  SettleAnswer,
} from '#domain/protocol/node';
import type { TillLife } from '#domain/node/tillLife';
import type { Verdict } from '#domain/pour/statuses';
import type { Till } from '#tap-node/sync/till';
import { aConfig, aGrant, TAP_ID } from './tapFixture.ts';

/** A till that does as a test says: it can be away, lose replies, refuse, and remembers every report that reached it. */
export class FakeTill implements Till {
  away = false;
  /** the till does its work, but its answer is lost */
  lose_replies = false;
  incarnation = 'incarnation-1';
  /** null: a till before there were lives */
  life: TillLife | null = null;
  config: NodeConfig = aConfig();
  config_version = 'v1';
  emergency_stop = false;
  stop_grants: string[] = [];
  marks = new Map<number, number>();
  unsettled: HelloAnswer['unsettled'] = [];
  readonly reports: PourReport[] = [];
  readonly settled = new Map<string, number>();
  readonly cancels: string[] = [];
  readonly asked: AuthoriseInput[] = [];
  readonly hellos: HelloInput[] = [];
  readonly beats: HeartbeatInput[] = [];
  #push: ((command: NodeCommand) => void) | null = null;

  async #answer<Result>(work: () => Result): Promise<Result> {
    await Promise.resolve();
    if (this.away) throw new Error('no answer');
    const result = work();
    if (this.lose_replies) throw new Error('reply lost');
    return result;
  }

  #life(): { life?: TillLife } {
    return this.life ? { life: { ...this.life } } : {};
  }

  hello(input: HelloInput): Promise<HelloAnswer> {
    return this.#answer(() => {
      this.hellos.push(input);
      return {
        incarnation: this.incarnation,
        ...this.#life(),
        node_id: 1,
        config: this.config,
        marks: [...this.marks].map(([tap_id, seq_high]) => ({ tap_id, seq_high })),
        unsettled: this.unsettled,
      };
    });
  }

  heartbeat(input: HeartbeatInput) {
    return this.#answer(() => {
      this.beats.push(input);
      const { emergency_stop, stop_grants, config_version } = this;
      return { emergency_stop, stop_grants, config_version, ...this.#life() };
    });
  }

  authorise(input: AuthoriseInput) {
    const { client_tx_id } = input;
    this.asked.push(input);
    return this.#answer(() => ({
      outcome: 'granted' as const,
      ...this.#life(),
      grant: aGrant({ client_tx_id, grant_id: grantOf(client_tx_id) }),
    }));
  }

  settle(reports: readonly PourReport[]): Promise<SettleAnswer> {
    return this.#answer(() => ({
      verdicts: reports.map((report, index) => ({
        index,
        client_tx_id: report.client_tx_id,
        verdict: this.#book(report),
      })),
    }));
  }

  #book(report: PourReport): Verdict {
    this.reports.push(report);
    const times = this.settled.get(report.client_tx_id) ?? 0;
    this.settled.set(report.client_tx_id, times + 1);
    this.marks.set(report.tap_id, Math.max(this.marks.get(report.tap_id) ?? 0, report.seq));
    return times === 0 ? 'accepted' : 'duplicate';
  }

  cancel({ client_tx_id }: { client_tx_id: string }) {
    return this.#answer(() => {
      this.cancels.push(client_tx_id);
      return { outcome: 'released' as const };
    });
  }

  clean({ act }: { act: 'start' | 'end' }) {
    return this.#answer(() => ({ outcome: act === 'start' ? ('started' as const) : ('ended' as const) }));
  }

  progress(): Promise<void> {
    return this.#answer(() => undefined);
  }

  flow(): Promise<void> {
    return this.#answer(() => undefined);
  }

  watch(onCommand: (command: NodeCommand) => void): () => void {
    this.#push = onCommand;
    return () => (this.#push = null);
  }

  push(command: NodeCommand): void {
    this.#push?.(command);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** A grant id that the transaction decides, so that tests can name it. */
export function grantOf(client_tx_id: string): string {
  return `3f0c7f2e-0000-4000-8000-${client_tx_id.slice(0, 12)}`;
}

export const FAKE_TAP_ID = TAP_ID;
