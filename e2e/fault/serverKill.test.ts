import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startBar, type Bar } from './bar.ts';
import {
  expectChargedOnce,
  expectNeverCharged,
  fillGlass,
  HOLDS,
  pourGlass,
  waitForFull,
  waitForSync,
} from './glass.ts';
import type { TapProcess } from './tapProcess.ts';
import { waitFor } from './waitFor.ts';

/** A card waits at the tap for as long as a server needs to come back on a busy machine. */
const PATIENT = { start_window_ms: 30_000, pour_cap_ms: 60_000, lease_ms: 95_000 };
const SHORT = { start_window_ms: 5_000, pour_cap_ms: 3_000, lease_ms: 8_500 };
const ML = 240;

let bar: Bar;
let tap: TapProcess;
beforeAll(async () => {
  bar = await startBar({ pour: PATIENT });
  tap = await bar.startTap();
});
afterAll(() => bar?.stop());
afterEach(async () => expect(await bar.books()).toEqual(HOLDS));

/** The server died where it was to, and comes back on the same data directory and ports; its PostgreSQL outlived it. */
async function expectKilledAndRestart(): Promise<void> {
  const postgres = bar.postgresPid();
  expect(await bar.server().exited).toEqual({ code: null, signal: 'SIGKILL' });
  await bar.restartServer();
  expect(bar.postgresPid(), 'the orphan PostgreSQL is adopted').toBe(postgres);
}

describe('kill -9 of the server', () => {
  it.each(['authorise.before_commit', 'authorise.after_commit'])(
    'at %s: the card that still lies there is granted and its pour is charged once',
    async (point) => {
      await bar.restartServer({ fault: { point } });
      const visit = await bar.openVisit();
      await tap.waitForPhase('idle');
      await tap.lay(visit.uid);
      await expectKilledAndRestart();
      await fillGlass(tap, ML);
      await tap.remove();
      const books = await waitForSync(bar, { tap, visit });
      expectChargedOnce(books, ML);
      expect(books.grants).toHaveLength(1);
    },
  );

  it.each(['authorise.before_commit', 'authorise.after_commit'])(
    'at %s: the card that was taken meanwhile is free and nothing is charged',
    async (point) => {
      await bar.restartServer({ fault: { point } });
      const visit = await bar.openVisit();
      await tap.waitForPhase('idle');
      await tap.lay(visit.uid);
      await bar.server().exited;
      const before = await bar.visit(visit.visit_id);
      expect(before.grants.map((grant) => grant.state)).toEqual(
        point.endsWith('after_commit') ? ['open'] : [],
      );
      await tap.remove();
      await expectKilledAndRestart();
      const books = await waitFor('the attempt is cancelled', async () => {
        const now = await bar.visit(visit.visit_id);
        return now.grants.every(({ state }) => state === 'released') && now;
      });
      expectNeverCharged(books);
    },
  );

  it('while the valve is open: the pour goes on, is kept by the tap and charged once', async () => {
    await bar.restartServer();
    const visit = await bar.openVisit();
    await tap.waitForPhase('idle');
    await tap.lay(visit.uid);
    await tap.waitForPhase('pouring');
    await tap.pour(ML, { rate: 120 });
    await waitFor('beer flows', async () => ((await tap.state()).poured_ml ?? 0) > 20);
    await bar.killServer();
    expect((await tap.state()).phase).toBe('pouring');
    await waitForFull(tap);
    await tap.remove();
    await tap.waitForPhase('processing_sync');
    await expectKilledAndRestart();
    const books = await waitForSync(bar, { tap, visit });
    expectChargedOnce(books, ML);
    expect(books.reports).toMatchObject([{ verdict: 'accepted', end_reason: 'card_removed' }]);
  });

  it.each(['settle.before_commit', 'settle.after_commit'])(
    'at %s: the report is sent again and the pour is charged once',
    async (point) => {
      await bar.restartServer({ fault: { point } });
      const visit = await bar.openVisit();
      await tap.waitForPhase('idle');
      await pourGlass(tap, visit.uid, ML);
      await bar.server().exited;
      expect((await bar.visit(visit.visit_id)).charges).toBe(point === 'settle.after_commit' ? 1 : 0);
      await expectKilledAndRestart();
      const books = await waitForSync(bar, { tap, visit });
      expectChargedOnce(books, ML);
      expect(books.reports).toHaveLength(1);
    },
  );

  it('at lease.before_commit: the lease runs anew, ends once, and the late report is charged once', async () => {
    await tap.stop();
    await bar.setPour(SHORT);
    await bar.restartServer({ fault: { point: 'lease.before_commit' } });
    const visit = await bar.openVisit();
    tap = await bar.startTap({ faultPoint: 'checkpoint.written:2' });
    await tap.waitForPhase('idle');
    await tap.lay(visit.uid);
    await tap.waitForPhase('pouring');
    await tap.pour(400, { rate: 400 });
    await tap.exited;
    await bar.server().exited;
    expect((await bar.visit(visit.visit_id)).grants).toMatchObject([{ state: 'open', lease_over: false }]);
    await expectKilledAndRestart();
    const pending = await waitFor('the lease is over', async () => {
      const now = await bar.visit(visit.visit_id);
      return now.grants[0]?.lease_over && now;
    });
    expect(pending).toMatchObject({ locked: true, charges: 0, pours: [{ sync_status: 'pending_sync' }] });
    tap = await bar.startTap();
    const books = await waitForSync(bar, { tap, visit });
    expect(books.reports).toMatchObject([{ end_reason: 'power_loss', verdict: 'accepted' }]);
    expect(books.out_ml).toBeGreaterThanOrEqual(100);
    expectChargedOnce(books, books.reports[0]?.metered_ml ?? 0);
  });
});
