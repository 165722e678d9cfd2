import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { startBar, type Bar, type OpenedVisit } from './bar.ts';
import type { VisitBooks } from './books.ts';
import { expectChargedOnce, fillGlass, HOLDS, waitForSync } from './glass.ts';
import type { EnrolledDirectory, TapProcess, Where } from './tapProcess.ts';
import { waitFor } from './waitFor.ts';

/** What lies between taps and their till, and the ways in which every such thing fails. */
export interface Line {
  /** Everything goes through again. */
  heal(): void | Promise<void>;
  /** A partition: nothing moves in either direction, and nobody is told. */
  hold(): void | Promise<void>;
  /** Requests reach the till, its replies are lost; the handshake of a connection still succeeds. */
  loseReplies(): void | Promise<void>;
  /** How much was kept from arriving since the line was whole. */
  lost(): number | Promise<number>;
}

/** A line with taps 1 and 2 on it; tap 3 reaches the till by another way. */
export interface Laid<L extends Line> {
  readonly line: L;
  readonly far?: Where;
  readonly near?: Where;
  /** of the line, where it is not the till's own */
  readonly lanPort?: number;
  close(): Promise<void>;
}

const PATIENT = { start_window_ms: 30_000, pour_cap_ms: 60_000, lease_ms: 95_000 };
const SHORT = { start_window_ms: 5_000, pour_cap_ms: 2_000, lease_ms: 7_500 };
export const ML = 240;
const EMPTY_WITHIN_MS = 10_000;

/** A bar with a bad line for the tests of one file; before each test a guest has come, after each the books hold. */
export class BadLine<L extends Line> {
  bar!: Bar;
  tap!: TapProcess;
  visit!: OpenedVisit;
  #laid!: Laid<L>;
  #far!: EnrolledDirectory;
  #near!: EnrolledDirectory;

  constructor(till: () => Promise<Where | undefined>, lay: (lanPort: number) => Promise<Laid<L>>) {
    beforeAll(async () => {
      const where = await till();
      this.bar = await startBar({ taps: 3, pour: PATIENT, ...(where && { till: where }) });
      this.#laid = await lay(this.bar.lanPort);
      const { far, near } = this.#laid;
      const { tap_ids } = this.bar;
      this.#far = await this.bar.enrolNode({ tap_ids: tap_ids.slice(0, 2), ...(far && { where: far }) });
      this.#near = await this.bar.enrolNode({ tap_ids: tap_ids.slice(2), ...(near && { where: near }) });
      await this.startTap();
    });
    afterAll(async () => {
      await this.bar?.stop();
      await this.#laid?.close();
    });
    beforeEach(async () => {
      this.visit = await this.bar.openVisit();
      await this.tap.waitForPhase('idle');
    });
    afterEach(async () => {
      await this.line.heal();
      expect(await this.bar.books()).toEqual(HOLDS);
    });
  }

  get line(): L {
    return this.#laid.line;
  }

  async startTap(): Promise<void> {
    const { lanPort } = this.#laid;
    this.tap = await this.bar.startTap({ node: this.#far, ...(lanPort !== undefined && { lanPort }) });
  }

  startElsewhere(): Promise<TapProcess> {
    return this.bar.startTap({ node: this.#near });
  }

  books(): Promise<VisitBooks> {
    return this.bar.visit(this.visit.visit_id);
  }

  /** The fault was there; the line is whole again; the tap's queue is empty in time. */
  async healAndSync(): Promise<VisitBooks> {
    await this.#heal();
    const healed_at = Date.now();
    const books = await waitForSync(this.bar, { tap: this.tap, visit: this.visit });
    expect(Date.now() - healed_at).toBeLessThanOrEqual(EMPTY_WITHIN_MS);
    return books;
  }

  async #heal(): Promise<void> {
    expect(await this.line.lost(), 'the line was bad').toBeGreaterThan(0);
    await this.line.heal();
  }

  /** Every reconnecting tap has its verdict in time. */
  async healAndHear(numbers: readonly number[]): Promise<void> {
    await this.#heal();
    const healed_at = Date.now();
    for (const number of numbers)
      await waitFor(
        `tap ${number} has its verdict`,
        async () => {
          const { unsynced, phase } = await this.tap.state(number);
          return unsynced === 0 && phase === 'idle';
        },
        { hint: () => this.tap.log().slice(-1_500) },
      );
    expect(Date.now() - healed_at).toBeLessThanOrEqual(EMPTY_WITHIN_MS);
  }

  async restartWithShortLease(): Promise<void> {
    await this.tap.stop();
    await this.bar.setPour(SHORT);
    await this.startTap();
  }
}

export function repliesAreLost(on: BadLine<Line>): void {
  it('the answer to authorise is lost after it was executed: the same grant is answered again, one charge', async () => {
    const { tap, visit, line } = on;
    await line.loseReplies();
    await tap.lay(visit.uid);
    await waitFor('the till has granted', async () => (await on.books()).grants.length > 0);
    expect((await tap.state()).phase).toBe('asking');
    expect(await line.lost()).toBeGreaterThan(0);
    await line.heal();
    await fillGlass(tap, ML);
    await tap.remove();
    const books = await waitForSync(on.bar, { tap, visit });
    expectChargedOnce(books, ML);
    expect(books.grants).toHaveLength(1);
  });

  it('the answer to settle is lost after it was executed: one report, one charge, the queue empties', async () => {
    const { tap, visit, line } = on;
    await tap.lay(visit.uid);
    await fillGlass(tap, ML);
    await line.loseReplies();
    await tap.remove();
    await waitFor('the till has charged', async () => (await on.books()).charges === 1);
    expect((await tap.state()).unsynced).toBe(1);
    const books = await on.healAndSync();
    expectChargedOnce(books, ML);
    expect(books.reports).toHaveLength(1);
  });
}

export function partitions(on: BadLine<Line>): void {
  it('a partition in mid-pour: the pour ends on its own limit, the card is refused elsewhere, one charge after healing', async () => {
    on.visit = await on.bar.openVisit({ balance_minor: 3_000 });
    const { tap, visit } = on;
    await tap.lay(visit.uid);
    await tap.waitForPhase('pouring');
    await on.line.hold();
    await tap.pour(400, { rate: 100 });
    await tap.waitForPhase('processing_sync');
    expect((await tap.view()).look).toBe('processing');

    const elsewhere = await on.startElsewhere();
    await elsewhere.waitForPhase('idle', { number: 3 });
    await elsewhere.lay(visit.uid, 3);
    const refusal = await waitFor('the other tap refuses', async () => (await elsewhere.state(3)).refusal);
    expect(refusal).toBe('card_in_use_on_other_tap');
    expect((await on.books()).locked).toBe(true);
    await elsewhere.stop();

    await tap.remove();
    const books = await on.healAndSync();
    const ml = books.pours[0]?.billed_ml ?? 0;
    expect(ml).toBeGreaterThanOrEqual(100);
    expect(ml).toBeLessThan(120);
    expect(books).toMatchObject({ charges: 1, charged_minor: 3_000, balance_minor: 0, out_ml: ml });
    expect(books.reports).toMatchObject([{ end_reason: 'limit', verdict: 'accepted' }]);
  });
}

const POURED = 150;
const PRICE_OF_ML = 30;

/** To be the last of its file: the bar's leases are short from here on. */
export function partitionsOutlastTheLease(on: BadLine<Line>): void {
  it('a partition that outlasts the lease: the tap shows ml, cost and code, the cashier enters the pour, and the late report never charges again', async () => {
    await on.restartWithShortLease();
    const { bar, tap, visit } = on;
    const other = await bar.openVisit();
    const mismatch = 'late_sync_mismatch';
    const guests = [
      { number: 1, visit, entered_ml: POURED, verdict: 'late_sync_matched', reviews: [] },
      { number: 2, visit: other, entered_ml: 120, verdict: mismatch, reviews: [mismatch] },
    ];
    for (const { number, visit: guest } of guests) {
      await tap.waitForPhase('idle', { number });
      await tap.lay(guest.uid, number);
    }
    for (const { number } of guests) await tap.waitForPhase('pouring', { number });
    await on.line.hold();
    for (const { number } of guests) await tap.pour(POURED, { rate: 1_000, number });
    for (const { number } of guests) await tap.waitForPhase('processing_sync', { number });
    for (const guest of guests) await enterByHand(on, guest);

    for (const { number } of guests) await tap.remove(number);
    await on.healAndHear([1, 2]);
    for (const { visit: guest, entered_ml, verdict, reviews } of guests) {
      const books = await bar.visit(guest.visit_id);
      expect(books.reports).toMatchObject([{ verdict, metered_ml: POURED }]);
      const charged_minor = entered_ml * PRICE_OF_ML;
      expect(books).toMatchObject({ charges: 1, charged_minor, out_ml: POURED, reviews });
    }
  });
}

/** The cashier reads the code from the tap's screen and enters what the guest says. */
async function enterByHand(
  { bar, tap }: BadLine<Line>,
  guest: { number: number; visit: OpenedVisit; entered_ml: number },
): Promise<void> {
  const { number, entered_ml } = guest;
  const { visit_id } = guest.visit;
  const shown = await waitFor(`tap ${number} shows its code`, async () => {
    const view = await tap.view(number);
    return view.look === 'code' && view;
  });
  const figures = JSON.stringify(shown).replace(/[\s\u00a0\u202f]/g, '');
  expect(figures).toContain(String(POURED));
  expect(figures).toContain(String((POURED * PRICE_OF_ML) / 100));
  const code = shown.code?.join('').replace(/\s/g, '');
  const { grants } = await waitFor('the lease is over at the till too', async () => {
    const now = await bar.visit(visit_id);
    return now.grants[0]?.lease_over && now;
  });
  expect(grants).toMatchObject([{ state: 'open', short_id: code }]);
  const cashier = await bar.api('cashier');
  await cashier.pours.reconcile.mutate({
    request_id: randomUUID(),
    visit_id,
    grant_id: grants[0]?.grant_id ?? '',
    ml: entered_ml,
    short_id: code ?? null,
    reason: 'no connection',
  });
  const entered = await bar.visit(visit_id);
  expect(entered).toMatchObject({ charges: 1, charged_minor: entered_ml * PRICE_OF_ML, locked: false });
  expect(entered.pours).toMatchObject([{ sync_status: 'reconciled', source: 'manual' }]);
}
