import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startBar, type Bar } from './bar.ts';
import { expectChargedOnce, fillGlass, HOLDS, waitForFull, waitForSync } from './glass.ts';
import type { TapProcess } from './tapProcess.ts';
import { waitFor } from './waitFor.ts';

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
afterEach(async () => {
  expect(await bar.books()).toEqual(HOLDS);
});

/** A server whose PostgreSQL dies at that point; answers the postmaster that is to die. */
async function arm(point: string): Promise<number> {
  await bar.restartServer({ fault: { point, of: 'postgres' } });
  await tap.waitForPhase('idle');
  return bar.postgresPid();
}

/** The same server process goes on and serves people, on a new postmaster. */
async function expectServerOutlived(): Promise<void> {
  const { pid } = bar.server();
  expect(() => process.kill(pid, 0), bar.server().log()).not.toThrow();
  const api = await bar.api('cashier');
  const board = await api.board.get.query().catch((error: Error) => {
    throw new Error(`${error.message}\n${bar.server().log()}`);
  });
  expect(board.shift).not.toBeNull();
}

describe('kill -9 of PostgreSQL', () => {
  it.each([
    'authorise.before_commit',
    'authorise.after_commit',
    'settle.before_commit',
    'settle.after_commit',
  ])('at %s: the server outlives it and the pour is charged once', async (point) => {
    const postmaster = await arm(point);
    const visit = await bar.openVisit();
    await tap.lay(visit.uid);
    await fillGlass(tap, ML);
    await tap.remove();
    await bar.waitForPostgres(postmaster);
    const books = await waitForSync(bar, { tap, visit });
    expectChargedOnce(books, ML);
    expect(books.grants).toHaveLength(1);
    await expectServerOutlived();
  });

  it('while the valve is open: the pour goes on, is kept by the tap and charged once', async () => {
    const visit = await bar.openVisit();
    await tap.waitForPhase('idle');
    await tap.lay(visit.uid);
    await tap.waitForPhase('pouring');
    await tap.pour(ML, { rate: 120 });
    await waitFor('beer flows', async () => ((await tap.state()).poured_ml ?? 0) > 20);
    const postmaster = bar.postgresPid();
    bar.killPostgres();
    await waitForFull(tap);
    await tap.remove();
    await bar.waitForPostgres(postmaster);
    expectChargedOnce(await waitForSync(bar, { tap, visit }), ML);
    await expectServerOutlived();
  });

  it('at lease.before_commit: the lease ends all the same, and the late report is charged once', async () => {
    await tap.stop();
    await bar.setPour(SHORT);
    tap = await bar.startTap({ faultPoint: 'checkpoint.written:2' });
    const postmaster = await arm('lease.before_commit');
    const visit = await bar.openVisit();
    await tap.lay(visit.uid);
    await tap.waitForPhase('pouring');
    await tap.pour(400, { rate: 400 });
    await tap.exited;
    await bar.waitForPostgres(postmaster);
    const pending = await waitFor('the lease is over', async () => {
      const now = await bar.visit(visit.visit_id);
      return now.grants[0]?.lease_over && now;
    });
    expect(pending).toMatchObject({ locked: true, charges: 0, pours: [{ sync_status: 'pending_sync' }] });
    tap = await bar.startTap();
    const books = await waitForSync(bar, { tap, visit });
    expect(books.out_ml).toBeGreaterThanOrEqual(100);
    expectChargedOnce(books, books.reports[0]?.metered_ml ?? 0);
    await expectServerOutlived();
  });
});
