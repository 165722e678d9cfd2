import { TRPCClientError } from '@trpc/client';
import { describe, expect, it } from 'vitest';
import type { StationReport } from '#domain/protocol/equipment';
import { Reporter } from './report.ts';

const scan = (uid: string): StationReport => ({ type: 'card.scanned', uid, reader: 'R' });
const readers = (...names: string[]): StationReport => ({ type: 'reader.changed', state: 'ready', names });

/** A server that answers as scripted, then takes everything; waits pass at once and move the clock. */
function bench(script: (Error | undefined)[]) {
  const taken: StationReport[] = [];
  const complaints: string[] = [];
  let now = 0;
  let idle: () => void = () => undefined;
  const reporter = new Reporter({
    send: async (report) => {
      const failure = script.shift();
      if (failure) throw failure;
      taken.push(report);
      setImmediate(() => idle());
    },
    now: () => now,
    wait: async (ms) => {
      now += ms;
    },
    complain: (sentence) => complaints.push(sentence),
  });
  const settled = (): Promise<void> => new Promise((resolve) => (idle = resolve));
  return { reporter, taken, complaints, settled };
}

const offline = new Error('connection refused');
const refusal = new TRPCClientError('no', { result: { error: { data: { httpStatus: 400 } } } as never });

describe('Reporter', () => {
  it('delivers in order after an interruption', async () => {
    const { reporter, taken, settled } = bench([offline, offline]);
    reporter.report(scan('A'));
    reporter.report(scan('B'));
    await settled();
    await settled().catch(() => undefined);
    expect(taken).toEqual([scan('A'), scan('B')]);
  });

  it('drops a card that was laid longer ago than anybody waits, and tells the readers all the same', async () => {
    const { reporter, taken, settled } = bench(Array.from({ length: 8 }, () => offline));
    reporter.report(readers('R'));
    reporter.report(scan('A'));
    await settled();
    await new Promise(setImmediate);
    expect(taken).toEqual([readers('R')]);
  });

  it('sends only the newest state of the readers', async () => {
    const { reporter, taken, settled } = bench([offline]);
    reporter.report(readers('R'));
    reporter.report(readers('R', 'S'));
    await settled();
    await new Promise(setImmediate);
    expect(taken).toEqual([readers('R', 'S')]);
  });

  it('tells a state of the readers only when it is another', async () => {
    const { reporter, taken, settled } = bench([]);
    for (const names of [['R'], ['R'], ['S'], ['S'], ['R']]) {
      reporter.report(readers(...names));
      await Promise.race([settled(), new Promise((resolve) => setTimeout(resolve, 20))]);
    }
    expect(taken).toEqual([readers('R'), readers('S'), readers('R')]);
  });

  it('does not send again what the server refused', async () => {
    const { reporter, taken, complaints, settled } = bench([refusal]);
    reporter.report(scan('A'));
    reporter.report(scan('B'));
    await settled();
    expect(taken).toEqual([scan('B')]);
    expect(complaints).toHaveLength(1);
  });

  it('complains once for as long as the server is away', async () => {
    const { reporter, complaints, settled } = bench([offline, offline, offline]);
    reporter.report(readers('R'));
    await settled();
    expect(complaints).toHaveLength(1);
  });
});
