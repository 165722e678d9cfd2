import { describe, expect, it } from 'vitest';
import { BadLine, ML, partitions, partitionsOutlastTheLease, repliesAreLost } from './badLine.ts';
import { expectChargedOnce, fillGlass, waitForFull } from './glass.ts';
import { startTcpProxy } from './tcpProxy.ts';
import { waitFor } from './waitFor.ts';

describe('a network that fails', () => {
  const on = new BadLine(
    async () => undefined,
    async (lanPort) => {
      const line = await startTcpProxy(lanPort);
      return { line, lanPort: line.port, close: () => line.close() };
    },
  );

  repliesAreLost(on);

  it.each([1, 2, 3])('connections are reset again and again, seed %i: one charge', async (seed) => {
    const { tap, visit, line } = on;
    line.disturb({ seed, most_delay_ms: 30, resets_permille: 120 });
    const resets = line.seen.resets;
    await tap.lay(visit.uid);
    await fillGlass(tap, ML, 120);
    await tap.remove();
    await waitFor('the line broke', () => line.seen.resets > resets);
    const books = await on.healAndSync();
    expectChargedOnce(books, ML);
    expect(books.grants).toHaveLength(1);
  });

  it.each(['till', 'node'] as const)(
    'every connection is half closed for the %s in mid-pour: one charge',
    async (side) => {
      const { tap, visit, line } = on;
      await tap.lay(visit.uid);
      await tap.waitForPhase('pouring');
      await tap.pour(ML, { rate: 200 });
      await waitFor('beer flows', async () => ((await tap.state()).poured_ml ?? 0) > 20);
      line.halfClose(side);
      await waitForFull(tap);
      await tap.remove();
      expectChargedOnce(await on.healAndSync(), ML);
    },
  );

  partitions(on);
  partitionsOutlastTheLease(on);
});
