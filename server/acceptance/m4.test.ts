import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GrantWire } from '#domain/protocol/node';
import { query, queryOne } from '../db/query.ts';
import {
  answerOf,
  aWireBar,
  aWireGuest,
  beat,
  booksOf,
  cancel,
  codeOf,
  grantOf,
  lay,
  leaseOver,
  once,
  onVisit,
  problemOf,
  settle,
  trailOf,
  visitOf,
} from '../testing/wireBar.ts';
import type { WireBar, WireGuest } from '../testing/wireBar.ts';

let bar: WireBar;
beforeAll(async () => {
  bar = await aWireBar();
  await bar.lead.shifts.open.mutate({ ...once(), float_minor: 0 });
});
afterAll(() => bar.close());

const byHand = (guest: WireGuest, grant: GrantWire, ml = 300) => ({
  ...once(),
  visit_id: guest.visit_id,
  grant_id: grant.grant_id,
  ml,
  short_id: grant.short_id,
  reason: 'Кран не на связи',
});
/** A pour whose tap fell silent: its lease is over, nothing was reported. */
async function aTimedOutPour(): Promise<{ guest: WireGuest; grant: GrantWire }> {
  const guest = await aWireGuest(bar);
  const grant = await grantOf(lay(bar.taps[0], guest));
  await leaseOver(bar, grant.grant_id);
  return { guest, grant };
}
const tapOne = async () => (await bar.cashier.board.get.query()).taps.find(({ number }) => number === 1);

describe('M4: what happens when the network is lost', () => {
  it('M4 · Card remains locked after offline pour until backend sync/reconcile.', async () => {
    const { guest, grant } = await aTimedOutPour();
    const [one, two] = bar.taps;
    expect(await visitOf(bar, guest)).toMatchObject({ lock: { tap_number: 1 }, pending_pours: 1 });
    expect(await answerOf(lay(two, guest))).toBe('card_in_use_on_other_tap');
    const other = await aWireGuest(bar);
    expect(await answerOf(lay(one, other))).toBe('tap_processing_sync');
    expect(await tapOne()).toMatchObject({ status: 'processing_sync', pending_grant_ids: [grant.grant_id] });
    expect(await settle(one, grant, { offline: true, age_ms: 200_000 })).toBe('accepted');
    expect(await visitOf(bar, guest)).toMatchObject({ lock: null, pending_pours: 0, balance_minor: 85_000 });
    expect((await tapOne())?.status).toBe('selling');
    expect(await cancel(one, await grantOf(lay(one, other)))).toBe('released');
  });

  it('M4 · Timeout path displays required fields and enables manual close.', async () => {
    const guest = await aWireGuest(bar);
    const grant = await grantOf(lay(bar.taps[0], guest));
    const early = await problemOf(bar.cashier.pours.reconcile.mutate(byHand(guest, grant)));
    expect(early).toMatchObject({ code: 'grant.pour_may_run', params: { seconds_left: 140 } });
    await leaseOver(bar, grant.grant_id);
    const [waiting] = (await visitOf(bar, guest)).unsettled;
    expect(waiting).toMatchObject({
      short_id: grant.short_id,
      tap_number: 1,
      limit_ml: grant.limit_ml,
      price_minor_per_litre: 30_000,
      lease_over: true,
      lease_left_ms: 0,
    });
    const actions = (await visitOf(bar, guest)).actions;
    expect(actions).toContainEqual({ action: 'reconcile', blocked_by: null });
    const after = await bar.cashier.pours.reconcile.mutate(byHand(guest, grant));
    expect(after).toMatchObject({ lock: null, balance_minor: 91_000, unsettled: [] });
    expect(await cancel(bar.taps[1], await grantOf(lay(bar.taps[1], guest)))).toBe('released');
    await settle(bar.taps[0], grant, { metered_ml: 300 });
  });

  it('M4 · Late sync correctly resolves by identifier or emits mismatch event.', async () => {
    const [tap] = bar.taps;
    const same = await aTimedOutPour();
    await bar.cashier.pours.reconcile.mutate(byHand(same.guest, same.grant));
    expect(await settle(tap, same.grant, { metered_ml: 300 })).toBe('late_sync_matched');
    const differs = await aTimedOutPour();
    await bar.cashier.pours.reconcile.mutate(byHand(differs.guest, differs.grant));
    expect(await settle(tap, differs.grant, { metered_ml: 500 })).toBe('late_sync_mismatch');
    const trail = async ({ visit_id }: WireGuest) =>
      (await trailOf(bar, visit_id)).map(({ action }) => action).filter((action) => /late_sync/.test(action));
    expect(await trail(same.guest)).toEqual(['pour.late_sync_matched']);
    expect(await trail(differs.guest)).toEqual(['pour.late_sync_mismatch']);
    const reviews = await bar.cashier.reviews.list.query({ kind: 'late_sync_mismatch' });
    expect(reviews).toHaveLength(1);
    const { review_id = 0 } = reviews[0] ?? {};
    expect((await bar.cashier.reviews.get.query({ review_id })).compare).toMatchObject({
      charged_ml: 300,
      metered_ml: 500,
      difference_minor: 6_000,
    });
    // The difference is money only by a separate act with a shift lead's PIN.
    const adjust = { ...once(), review_id, resolution: 'adjust' as const, reason: 'счётчик прав' };
    expect(await codeOf(bar.cashier.reviews.resolve.mutate(adjust))).toBe('approval.needed');
    expect((await visitOf(bar, differs.guest)).balance_minor).toBe(91_000);
    await bar.cashier.reviews.resolve.mutate({ ...adjust, ...once(), approval: bar.approval });
    expect((await visitOf(bar, differs.guest)).balance_minor).toBe(85_000);
    expect(await booksOf(bar, differs.guest)).toMatchObject({ sum_minor: 0, debits: 1 });
  });
});

describe('M4 contract', () => {
  it('M4 contract · lock is kept until backend-accepted sync or manual reconcile', async () => {
    const { guest, grant } = await aTimedOutPour();
    const lock = { grant_id: grant.grant_id, lock_set_at: expect.any(String) as string };
    await beat(bar.taps[0], 'idle');
    await bar.taps[0].node.client.node.progress.mutate({
      grant_id: grant.grant_id,
      tap_id: bar.taps[0].tap_id,
      ml: 400,
    });
    // Nothing that a tap says short of its report frees the card, and a report that cannot be read does not either.
    await bar.taps[0].node.client.node.settle.mutate({ reports: [{ ...grant, metered_ml: 'много' }] });
    expect((await visitOf(bar, guest)).lock).toMatchObject(lock);
    expect(await settle(bar.taps[0], grant)).toBe('accepted');
    expect((await visitOf(bar, guest)).lock).toBeNull();
  });

  it('M4 contract · manual reconcile unlocks visit and is idempotent', async () => {
    const { guest, grant } = await aTimedOutPour();
    const first = await bar.cashier.pours.reconcile.mutate(byHand(guest, grant));
    expect(first.lock).toBeNull();
    // Again, as another request and by another person: the first result stands.
    expect((await bar.cashier.pours.reconcile.mutate(byHand(guest, grant))).version).toBe(first.version);
    expect((await bar.lead.pours.reconcile.mutate(byHand(guest, grant))).version).toBe(first.version);
    const other = await problemOf(bar.lead.pours.reconcile.mutate(byHand(guest, grant, 450)));
    expect(other).toMatchObject({ code: 'request.conflict', params: { ml: 300 } });
    expect(await visitOf(bar, guest)).toMatchObject({ balance_minor: 91_000 });
    expect((await visitOf(bar, guest)).pours).toMatchObject([
      { source: 'manual', sync_status: 'reconciled', billed_ml: 300, short_id: grant.short_id },
    ]);
    expect((await booksOf(bar, guest)).debits).toBe(1);
    await settle(bar.taps[0], grant, { metered_ml: 300 });
  });

  it('M4 contract · late sync never creates a second charge', async () => {
    const [tap] = bar.taps;
    for (const metered_ml of [0, 300, 500, 900]) {
      const { guest, grant } = await aTimedOutPour();
      await bar.cashier.pours.reconcile.mutate(byHand(guest, grant));
      const report = { metered_ml };
      await settle(tap, grant, report);
      expect(await settle(tap, grant, report)).toBe('duplicate');
      expect(await booksOf(bar, guest)).toEqual({ sum_minor: 0, owed_minor: 0, debits: 1 });
      expect((await visitOf(bar, guest)).balance_minor).toBe(91_000);
    }
  });

  it('M4 contract · it never charges again after the close of the visit either', async () => {
    const { guest, grant } = await aTimedOutPour();
    await bar.cashier.pours.reconcile.mutate(byHand(guest, grant));
    await bar.cashier.visits.close.mutate({
      ...(await onVisit(bar, guest)),
      reason: 'Уходит',
      card_returned: true,
      remainder: 'refund',
    });
    expect(await settle(bar.taps[0], grant)).toBe('late_sync_mismatch');
    expect(await visitOf(bar, guest)).toMatchObject({
      state: 'closed',
      balance_minor: 0,
      receivable_minor: 0,
    });
    expect((await booksOf(bar, guest)).debits).toBe(1);
  });

  it('M4 contract · `pours.sync_status` default is `synced`; `(visit_id, short_id)` has a partial unique index', async () => {
    expect(
      await queryOne(
        bar.db.sequelize,
        `SELECT column_default, is_nullable FROM information_schema.columns
         WHERE table_name = 'pours' AND column_name = 'sync_status'`,
      ),
    ).toEqual({ column_default: "'synced'::text", is_nullable: 'NO' });
    expect(
      await query(
        bar.db.sequelize,
        `SELECT indexdef FROM pg_indexes WHERE indexname = 'pours_one_per_visit_and_short_id'`,
      ),
    ).toEqual([
      {
        indexdef:
          'CREATE UNIQUE INDEX pours_one_per_visit_and_short_id ON public.pours USING btree (visit_id, short_id) WHERE (short_id IS NOT NULL)',
      },
    ]);
  });

  it('M4 contract · `short_id` is mandatory in sync payload and manual reconcile payload', async () => {
    const { guest, grant } = await aTimedOutPour();
    const { short_id: _, ...without } = byHand(guest, grant);
    const incomplete = without as typeof without & { short_id: string };
    expect(await codeOf(bar.cashier.pours.reconcile.mutate(incomplete))).toBe('input.invalid');
    const wrong = { ...byHand(guest, grant), short_id: '000000' };
    expect(await codeOf(bar.cashier.pours.reconcile.mutate(wrong))).toBe('grant.code_wrong');
    const report = { ...grant, short_id: undefined };
    expect(await settle(bar.taps[0], report as unknown as GrantWire)).toBe('quarantined');
    expect(await settle(bar.taps[0], grant)).toBe('accepted');
  });
});
