import { expect } from 'vitest';
import type { Bar, OpenedVisit } from './bar.ts';
import type { VisitBooks } from './books.ts';
import type { TapProcess } from './tapProcess.ts';
import { waitFor } from './waitFor.ts';

/** A pour that ends in the glass: the card is laid, the valve opens, so much flows, the card is taken. */
export async function pourGlass(tap: TapProcess, uid: string, ml: number): Promise<void> {
  await tap.lay(uid);
  await fillGlass(tap, ml);
  await tap.remove();
}

/** From the open valve to the full glass. */
export async function fillGlass(tap: TapProcess, ml: number, rate = 400): Promise<void> {
  await tap.waitForPhase('pouring');
  await tap.pour(ml, { rate });
  await waitForFull(tap);
}

export async function waitForFull(tap: TapProcess): Promise<void> {
  await waitFor('the glass is full', async () => (await tap.state()).wanted_ml === 0);
}

/** The till has what the tap had to tell, and the tap knows that. */
export async function waitForSync(
  bar: Bar,
  { tap, visit, within = 30_000 }: { tap: TapProcess; visit: OpenedVisit; within?: number },
): Promise<VisitBooks> {
  return waitFor(
    `visit ${visit.visit_id} has no unsettled grant and the tap nothing to send`,
    async () => {
      const { unsynced, phase } = await tap.state();
      const books = await bar.visit(visit.visit_id);
      const done =
        unsynced === 0 &&
        phase === 'idle' &&
        !books.locked &&
        books.grants.every((grant) => ['settled', 'released', 'manual'].includes(grant.state));
      return done ? books : undefined;
    },
    { within, hint: () => tap.log().slice(-1_500) },
  );
}

const PRICE = 30_000;
const costOf = (ml: number): number => Math.round((ml * PRICE) / 1000);

/** Exactly once: one debit, one pour, one keg movement of this volume, no lock, nothing left to settle. */
export function expectChargedOnce(books: VisitBooks, ml: number, balance_minor = 100_000): void {
  expect(books).toMatchObject({
    charges: 1,
    charged_minor: costOf(ml),
    balance_minor: balance_minor - costOf(ml),
    receivable_minor: 0,
    locked: false,
    out_ml: ml,
  });
  expect(books.pours).toHaveLength(1);
  expect(books.pours[0]).toMatchObject({ sync_status: 'synced', billed_ml: ml });
}

export function expectNeverCharged(books: VisitBooks, balance_minor = 100_000): void {
  expect(books).toMatchObject({ charges: 0, balance_minor, locked: false, out_ml: 0 });
  expect(books.pours.filter((pour) => pour.sync_status !== 'void')).toEqual([]);
}

export const HOLDS = { broken: [], ledger_sum_minor: 0, unsettled: 0, locked_visits: 0 };
