import { describe, expect, it } from 'vitest';
import { BadLine, ML, partitions, partitionsOutlastTheLease, repliesAreLost } from './badLine.ts';
import { expectChargedOnce, fillGlass, waitForFull } from './glass.ts';
import { openTwoNetworks, whyNoNetworks, type TwoNetworks } from './twoNetworks.ts';
import { waitFor } from './waitFor.ts';

const why = whyNoNetworks();
if (why) {
  console.warn(why);
  describe.skip(why, () => {
    it('was left out', () => undefined);
  });
} else
  describe('taps in another network than their till, and a kernel that spoils the cable between them', () => {
    let networks: TwoNetworks;
    const on = new BadLine(
      async () => {
        networks = await openTwoNetworks();
        return { place: networks.till, till_host: networks.till_host };
      },
      async () => {
        const { line, till, taps, till_host } = networks;
        return {
          line,
          far: { place: taps, till_host },
          near: { place: till, till_host },
          close: () => networks.close(),
        };
      },
    );

    repliesAreLost(on);

    it('everything is answered by RST in mid-pour: the pour goes on and is charged once', async () => {
      const { tap, visit, line } = on;
      await tap.lay(visit.uid);
      await tap.waitForPhase('pouring');
      await line.reset();
      await tap.pour(ML, { rate: 400 });
      await waitForFull(tap);
      await tap.remove();
      await tap.waitForPhase('processing_sync');
      await waitFor('the line broke', async () => (await line.lost()) > 0);
      expectChargedOnce(await on.healAndSync(), ML);
    });

    it('of 100 packets 30 are lost in each direction: the card that is laid again pours, and is charged once', async () => {
      const { tap, visit, line } = on;
      await line.lose(30);
      await waitFor(
        'the valve opens',
        async () => {
          await tap.lay(visit.uid);
          const { phase } = await waitFor('an answer', async () => {
            const now = await tap.state();
            return now.phase !== 'asking' && now;
          });
          if (phase === 'pouring') return true;
          await tap.remove();
          await tap.waitForPhase('idle');
          return false;
        },
        { within: 90_000 },
      );
      await fillGlass(tap, ML);
      await tap.remove();
      const books = await on.healAndSync();
      expect(books).toMatchObject({ charges: 1, charged_minor: ML * 30, locked: false, out_ml: ML });
      expect(books.pours.filter(({ sync_status }) => sync_status !== 'void')).toMatchObject([
        { sync_status: 'synced', billed_ml: ML },
      ]);
    });

    partitions(on);
    partitionsOutlastTheLease(on);
  });
