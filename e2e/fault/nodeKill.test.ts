import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startBar, type Bar, type OpenedVisit } from './bar.ts';
import type { VisitBooks } from './books.ts';
import { expectChargedOnce, expectNeverCharged, HOLDS, pourGlass, waitForSync } from './glass.ts';
import type { TapProcess, ValveLine } from './tapProcess.ts';
import { waitFor } from './waitFor.ts';

const ML = 240;
const CLOSED_WITHIN_MS = 100;

let bar: Bar;
let tap: TapProcess;
let visit: OpenedVisit;
beforeAll(async () => {
  bar = await startBar();
});
afterAll(() => bar?.stop());
afterEach(async () => {
  await tap.stop();
  expect(await bar.books()).toEqual(HOLDS);
});

/** A tap that dies at that point, and a guest. */
async function armed(point: string): Promise<void> {
  tap = await bar.startTap({ faultPoint: point });
  visit = await bar.openVisit();
  await tap.waitForPhase('idle');
}

/** Dead by its own fault point; answers what the valves' holder drove from the kill on. */
async function untilDead(): Promise<{ at: number }> {
  const ended = await tap.exited;
  expect(ended, tap.log()).toMatchObject({ code: null, signal: 'SIGKILL' });
  return ended;
}

async function restart(): Promise<VisitBooks> {
  const before = tap.valves().length;
  tap = await bar.startTap();
  const books = await waitForSync(bar, { tap, visit });
  const [first, ...rest] = tap.valves().slice(before);
  expect(first, 'the valve is closed before anything else').toMatchObject({ valve: 'closed' });
  expect(rest.filter(({ valve }) => valve === 'open')).toEqual([]);
  return books;
}

const openSince = (mark: number): ValveLine[] => tap.valves().slice(mark);

/** The holder of the valves closed the open valve because the node was gone, and nothing opened it since. */
async function expectFellClosed(): Promise<ValveLine> {
  return waitFor('the valve fell closed', () => {
    const last = tap.valves().at(-1);
    return last?.valve === 'closed' && last.why === 'stdin_ended' ? last : undefined;
  });
}

function lastCheckpointMl(directory: string): number {
  const journal = new DatabaseSync(join(directory, 'journal.sqlite'), { readOnly: true });
  const row = journal
    .prepare(`SELECT body FROM rows WHERE kind = 'checkpoint' ORDER BY id DESC LIMIT 1`)
    .get() as { body: string };
  journal.close();
  return (JSON.parse(row.body) as { ml: number }).ml;
}

describe('kill -9 of the node', () => {
  it('at intent.durable: the valve never opened, 0 ml are reported, the card is free', async () => {
    await armed('intent.durable');
    const mark = tap.valves().length;
    await tap.lay(visit.uid).catch(() => undefined);
    await untilDead();
    expect(openSince(mark).filter(({ valve }) => valve === 'open')).toEqual([]);
    const books = await restart();
    expectNeverCharged(books);
    expect(books.reports).toMatchObject([{ end_reason: 'power_loss', metered_ml: 0, verdict: 'accepted' }]);
  });

  it('at valve.opened: the valve falls closed, 0 ml are reported, the card is free', async () => {
    await armed('valve.opened');
    await tap.lay(visit.uid).catch(() => undefined);
    await untilDead();
    await expectFellClosed();
    const books = await restart();
    expectNeverCharged(books);
    expect(books.reports).toMatchObject([{ end_reason: 'power_loss', metered_ml: 0, verdict: 'accepted' }]);
  });

  it('at checkpoint.written: power_loss is reported with the volume of the checkpoint and charged once', async () => {
    await armed('checkpoint.written:3');
    await tap.lay(visit.uid);
    await tap.waitForPhase('pouring');
    await tap.pour(400, { rate: 200 });
    await untilDead();
    await expectFellClosed();
    const ml = lastCheckpointMl(tap.directory);
    expect(ml).toBeGreaterThanOrEqual(100);
    expect(ml).toBeLessThan(400);
    const books = await restart();
    expectChargedOnce(books, ml);
    expect(books.reports).toMatchObject([{ end_reason: 'power_loss', metered_ml: ml, verdict: 'accepted' }]);
  });

  it.each(['end.journalled', 'settle.sent', 'verdict.received'])(
    'at %s: the finished pour is reported whole and charged once',
    async (point) => {
      await armed(point);
      await pourGlass(tap, visit.uid, ML);
      await untilDead();
      const books = await restart();
      expectChargedOnce(books, ML);
      expect(books.reports).toMatchObject([
        { end_reason: 'card_removed', metered_ml: ML, verdict: 'accepted' },
      ]);
    },
  );

  it(`with the valve open: it is closed within ${CLOSED_WITHIN_MS} ms, and the pour is charged once as far as it was written down`, async () => {
    tap = await bar.startTap();
    const took: number[] = [];
    for (let kill = 0; kill < 3; kill += 1) {
      visit = await bar.openVisit();
      await tap.waitForPhase('idle');
      await tap.lay(visit.uid);
      await tap.waitForPhase('pouring');
      await tap.pour(400, { rate: 150 });
      await waitFor('beer flows', async () => ((await tap.state()).poured_ml ?? 0) > 60);
      const killed_at = Date.now();
      await tap.kill9();
      took.push((await expectFellClosed()).at - killed_at);
      const ml = lastCheckpointMl(tap.directory);
      expect(ml).toBeGreaterThanOrEqual(50);
      expectChargedOnce(await restart(), ml);
    }
    console.log(`the valve was closed ${took.join(', ')} ms after the kill`);
    // a machine busy with other work may let the holder wait; what the holder itself needs is the shortest
    expect(Math.min(...took)).toBeLessThanOrEqual(CLOSED_WITHIN_MS);
    expect(Math.max(...took)).toBeLessThan(2_000);
  });
});
