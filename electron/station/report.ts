import { createTRPCUntypedClient, httpLink, TRPCClientError } from '@trpc/client';
import type { StationReport } from '#domain/protocol/equipment';

export type SendReport = (report: StationReport) => Promise<void>;

/** Not batched: a scan must not wait for company. */
export function sendTo(serverUrl: string, token: string): SendReport {
  const link = httpLink({
    url: `${serverUrl.replace(/\/$/, '')}/trpc`,
    headers: { authorization: `Bearer ${token}` },
  });
  const client = createTRPCUntypedClient({ links: [link] });
  return async (report) => {
    await client.mutation('station.report', report, { signal: AbortSignal.timeout(5_000) });
  };
}

export interface ReporterOptions {
  send: SendReport;
  now: () => number;
  wait: (ms: number) => Promise<void>;
  complain: (sentence: string) => void;
}

/** A scan that arrives later than this would open a visit that nobody expects any more. */
const STALE_MS = 3_000;
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 4_000;

/**
 * Delivers reports in order.
 *
 * INVARIANTS
 * - At most one report is on its way, so that scan and removal cannot overtake each other.
 * - Card reports are dropped when stale; the state of the readers is dropped only for a newer one.
 * - A report that the server has refused is not sent again, nor the state of the readers that it knows already.
 */
export class Reporter {
  private readonly waiting: { report: StationReport; since: number }[] = [];
  private readonly options: ReporterOptions;
  private sending = false;
  private silent = false;
  /** The state of the readers as the server knows it, or as it is about to. */
  private readersTold = '';

  constructor(options: ReporterOptions) {
    this.options = options;
  }

  report(report: StationReport): void {
    if (report.type === 'reader.changed') {
      const readers = JSON.stringify(report);
      if (readers === this.readersTold) return;
      this.readersTold = readers;
      this.dropWaiting(({ type }) => type === 'reader.changed');
    }
    this.waiting.push({ report, since: this.options.now() });
    if (!this.sending) void this.drain();
  }

  private async drain(): Promise<void> {
    this.sending = true;
    let waitMs = FIRST_WAIT_MS;
    for (let next = this.waiting.shift(); next; next = this.waiting.shift()) {
      if (await this.delivered(next.report)) {
        waitMs = FIRST_WAIT_MS;
        continue;
      }
      if (next.report.type !== 'reader.changed' || !this.hasNewerReaders()) this.waiting.unshift(next);
      await this.options.wait(waitMs);
      waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS);
      const oldest = this.options.now() - STALE_MS;
      this.dropWaiting(({ type }, since) => type !== 'reader.changed' && since < oldest);
    }
    this.sending = false;
  }

  /** False: try again, because the server has not said anything about it. */
  private async delivered(report: StationReport): Promise<boolean> {
    try {
      await this.options.send(report);
      this.silent = false;
      return true;
    } catch (error) {
      this.complain(error as Error);
      return isRefusal(error);
    }
  }

  private complain(error: Error): void {
    if (!this.silent)
      this.options.complain(`The server does not take the reader's reports: ${error.message}`);
    this.silent = true;
  }

  private hasNewerReaders(): boolean {
    return this.waiting.some(({ report }) => report.type === 'reader.changed');
  }

  private dropWaiting(drops: (report: StationReport, since: number) => boolean): void {
    const kept = this.waiting.filter(({ report, since }) => !drops(report, since));
    this.waiting.splice(0, this.waiting.length, ...kept);
  }
}

function isRefusal(error: unknown): boolean {
  if (!(error instanceof TRPCClientError)) return false;
  const data = error.data as { httpStatus?: number } | undefined | null;
  return data?.httpStatus !== undefined && data.httpStatus < 500;
}
