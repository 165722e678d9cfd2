import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { query, queryOne } from '../db/query.ts';
import { quarantine, reviewDetail, reviewList } from '../queries/reviews.ts';
import { aBar, anOperator, balanceOf } from '../testing/builders.ts';
import type { Bar } from '../testing/builders.ts';
import type { Actor } from './support/deps.ts';
import {
  aPourGranted,
  aReport,
  aScene,
  aStrayReport,
  auditActions,
  bookRows,
  look,
} from '../testing/pours.ts';
import type { Scene } from '../testing/pours.ts';
import { race, refusalOf } from '../testing/refusals.ts';
import { testDatabase } from '../testing/testDatabase.ts';
import type { TestDatabase } from '../testing/testDatabase.ts';
import { cancelAttempt } from './cancelAttempt.ts';
import { compPour, reversePour } from './correctPour.ts';
import { endLease } from './endLease.ts';
import { reconcilePour } from './reconcilePour.ts';
import { resolveReview } from './resolveReview.ts';
import type { ResolveReview } from './resolveReview.ts';
import { settleReport } from './settleReport.ts';
import { verifyBooks } from './verifyBooks.ts';

let db: TestDatabase;
let bar: Bar;
let lead: Actor;
beforeAll(async () => {
  db = await testDatabase();
});
beforeEach(async () => {
  await db.truncate();
  bar = await aBar(db);
  lead = await anOperator(bar, { role: 'shift_lead' });
});
afterAll(async () => {
  await db.drop();
});

/** A pour entered by hand whose report comes later and says another volume. */
async function lateSync(
  scene: Scene,
  volumes: { manual_ml: number; metered_ml: number },
): Promise<{ review_id: number; client_tx_id: string; grant_id: string }> {
  const { grant } = await aPourGranted(scene);
  bar.clock.advance(150_000);
  await endLease(bar.deps, grant.grant_id);
  await reconcilePour(bar.deps, bar.actor, {
    request_id: randomUUID(),
    visit_id: scene.visit.visit_id,
    grant_id: grant.grant_id,
    ml: volumes.manual_ml,
    short_id: grant.short_id,
    reason: 'кран молчит',
    approver: null,
  });
  const { metered_ml } = volumes;
  await settleReport(bar.deps, scene.node, aReport(grant, { metered_ml }));
  const { id } = await queryOne<{ id: number }>(
    db.sequelize,
    `SELECT id FROM review_items WHERE kind = 'late_sync_mismatch' AND grant_id = $1`,
    [grant.grant_id],
  );
  return { review_id: id, client_tx_id: grant.client_tx_id, grant_id: grant.grant_id };
}
const resolving = (review_id: number, change: Partial<ResolveReview> = {}): ResolveReview => ({
  request_id: randomUUID(),
  review_id,
  resolution: 'adjust',
  reason: 'счётчик прав',
  approver: { ...lead },
  ...change,
});

describe('M4: review of a late sync', () => {
  it('shows charge and meter side by side, in ml and in money at the price of the grant', async () => {
    const scene = await aScene(bar);
    const { review_id } = await lateSync(scene, { manual_ml: 300, metered_ml: 500 });
    await query(db.sequelize, 'UPDATE beverages SET price_minor_per_litre = 99000 RETURNING id');
    expect(
      (await reviewList(db.sequelize, { state: 'open', kind: null })).map((row) => row.review_id),
    ).toEqual([review_id]);
    const detail = await reviewDetail(db.sequelize, review_id);
    expect(detail).toMatchObject({
      kind: 'late_sync_mismatch',
      adjustable: true,
      compare: {
        charged_ml: 300,
        charged_minor: 9_000,
        metered_ml: 500,
        billable_ml: 500,
        billable_minor: 15_000,
        price_minor_per_litre: 30_000,
        difference_ml: 200,
        difference_minor: 6_000,
      },
      report: { verdict: 'late_sync_mismatch' },
    });
    const told = detail.story.map(({ action, ml }) => [action, ml]);
    expect(told.slice(-2), 'how it was, oldest first').toEqual([
      ['pour.reconciled', 300],
      ['pour.late_sync_mismatch', 500],
    ]);
    expect((await refusalOf(reviewDetail(db.sequelize, 4711))).code).toBe('review.not_found');
  });

  it('adjusted, metered > manual: the difference is charged by a transaction of its own, grant and pour unchanged', async () => {
    const scene = await aScene(bar);
    const { review_id, client_tx_id, grant_id } = await lateSync(scene, { manual_ml: 300, metered_ml: 500 });
    const pour = () => query(db.sequelize, 'SELECT * FROM pours WHERE grant_id = $1', [grant_id]);
    const grant = () => query(db.sequelize, 'SELECT * FROM grants WHERE id = $1', [grant_id]);
    const before = [await pour(), await grant()];
    const keg_ml = (await look(scene, client_tx_id)).keg_ml;
    const input = resolving(review_id);
    const first = await resolveReview(bar.deps, bar.actor, input);
    expect(first).toMatchObject({ review_id, amount_minor: 6_000 });
    const rows = await bookRows(bar);
    expect(await resolveReview(bar.deps, bar.actor, input)).toEqual(first);
    expect(await bookRows(bar)).toEqual(rows);
    expect(await balanceOf(bar, scene.visit.guest_id)).toBe(100_000 - 15_000);
    expect([await pour(), await grant()]).toEqual(before);
    expect((await look(scene, client_tx_id)).keg_ml).toBe(keg_ml);
    expect(await auditActions(bar, '%adjusted')).toEqual(['pour.adjusted']);
    expect(await auditActions(bar, 'review.%')).toEqual(['review.resolved']);
    expect(await reviewDetail(db.sequelize, review_id)).toMatchObject({
      state: 'resolved',
      resolution: 'adjust',
      adjustable: false,
      corrections: [{ kind: 'adjustment', ml: 200, amount_minor: 6_000, approved_by: lead.operator_id }],
    });
    expect((await verifyBooks(bar.deps)).ok).toBe(true);
  });

  it('adjusted beyond what is free: only free money is taken, the rest is owed; nothing that another grant reserves', async () => {
    const scene = await aScene(bar, { balance: 20_000 });
    const { review_id, client_tx_id } = await lateSync(scene, { manual_ml: 100, metered_ml: 600 });
    const { grant } = await aPourGranted(scene);
    expect(grant.limit_ml).toBe(566);
    await resolveReview(bar.deps, bar.actor, resolving(review_id));
    expect(await look(scene, client_tx_id)).toMatchObject({
      balance_minor: 16_980,
      reserved_minor: 16_980,
      owed_minor: 14_980,
    });
  });

  it('adjusted, metered < manual: gives back, off the debt first', async () => {
    const scene = await aScene(bar, { balance: 20_000 });
    const { review_id } = await lateSync(scene, { manual_ml: 500, metered_ml: 100 });
    await resolveReview(bar.deps, bar.actor, resolving(review_id));
    expect(await balanceOf(bar, scene.visit.guest_id)).toBe(20_000 - 3_000);
    expect((await verifyBooks(bar.deps)).ok).toBe(true);
  });

  it('never gives back twice: what was comped meanwhile is left out, of a reversed pour nothing is given', async () => {
    const scene = await aScene(bar);
    const first = await lateSync(scene, { manual_ml: 500, metered_ml: 0 });
    const [pour] = await query<{ id: number }>(db.sequelize, 'SELECT id FROM pours');
    const gift = { pour_id: pour?.id ?? 0, reason: 'пена', approver: null };
    await compPour(bar.deps, lead, { ...gift, request_id: randomUUID(), ml: 400 });
    await resolveReview(bar.deps, bar.actor, resolving(first.review_id));
    expect(await balanceOf(bar, scene.visit.guest_id)).toBe(100_000);
    const second = await lateSync(scene, { manual_ml: 500, metered_ml: 0 });
    const [other] = await query<{ id: number }>(db.sequelize, 'SELECT max(id) AS id FROM pours');
    await reversePour(bar.deps, lead, {
      request_id: randomUUID(),
      pour_id: other?.id ?? 0,
      reason: 'ошибка',
      approver: null,
    });
    expect((await refusalOf(resolveReview(bar.deps, bar.actor, resolving(second.review_id)))).code).toBe(
      'pour.reversed',
    );
    expect(await balanceOf(bar, scene.visit.guest_id)).toBe(100_000);
  });

  it('kept: nothing moves, also without an open shift; a cashier alone may not decide', async () => {
    const scene = await aScene(bar);
    const { review_id } = await lateSync(scene, { manual_ml: 300, metered_ml: 500 });
    const keep = resolving(review_id, { resolution: 'keep', approver: null });
    expect((await refusalOf(resolveReview(bar.deps, bar.actor, keep))).code).toBe('approval.needed');
    const before = await bookRows(bar);
    expect(await resolveReview(bar.deps, lead, keep)).toEqual({
      review_id,
      correction_id: null,
      amount_minor: 0,
    });
    expect(await bookRows(bar)).toEqual(before);
  });

  it('an adjustment always needs a shift lead’s PIN in place, whoever is signed in', async () => {
    const scene = await aScene(bar);
    const { review_id } = await lateSync(scene, { manual_ml: 300, metered_ml: 500 });
    const alone = resolving(review_id, { approver: null });
    expect((await refusalOf(resolveReview(bar.deps, lead, alone))).code).toBe('approval.needed');
    const cashier = resolving(review_id, { approver: { ...bar.actor } });
    expect((await refusalOf(resolveReview(bar.deps, lead, cashier))).code).toBe('approval.needed');
  });

  it('of 16 callers, keepers and adjusters, one wins and the others see that it was decided', async () => {
    const scene = await aScene(bar);
    const { review_id } = await lateSync(scene, { manual_ml: 300, metered_ml: 500 });
    const { won, codes } = await race(16, (index) =>
      resolveReview(
        bar.deps,
        lead,
        resolving(review_id, { resolution: index % 2 === 0 ? 'adjust' : 'keep' }),
      ),
    );
    expect(won).toHaveLength(1);
    expect(codes).toEqual(Array(15).fill('review.resolved'));
    const charged = won[0]?.correction_id === null ? 0 : 6_000;
    expect(await balanceOf(bar, scene.visit.guest_id)).toBe(91_000 - charged);
  });

  it('needs an open shift to adjust, and an item whose difference is money', async () => {
    const scene = await aScene(bar);
    const { review_id } = await lateSync(scene, { manual_ml: 300, metered_ml: 500 });
    await settleReport(bar.deps, scene.node, aStrayReport(scene, { seq: 9 }));
    for (const kind of ['unknown_grant', 'seq_gap']) {
      const { id } = await queryOne<{ id: number }>(
        db.sequelize,
        'SELECT id FROM review_items WHERE kind = $1',
        [kind],
      );
      expect((await refusalOf(resolveReview(bar.deps, lead, resolving(id)))).code).toBe(
        'review.not_adjustable',
      );
      await resolveReview(bar.deps, lead, resolving(id, { resolution: 'keep' }));
    }
    await db.owner.query(
      `UPDATE shifts SET state = 'closed', closed_at = now(), z_number = 1 WHERE state = 'open'`,
    );
    expect((await refusalOf(resolveReview(bar.deps, lead, resolving(review_id)))).code).toBe('shift.closed');
    await resolveReview(bar.deps, lead, resolving(review_id, { resolution: 'keep' }));
  });
});

describe('M4: quarantine and unbilled pours', () => {
  it('a quarantined report is shown with its body as it came', async () => {
    const scene = await aScene(bar);
    const stray = aStrayReport(scene, { metered_ml: 250 });
    await settleReport(bar.deps, scene.node, stray);
    await settleReport(bar.deps, scene.node, { nonsense: 'a body that no schema takes' });
    const kept = await quarantine(db.sequelize);
    expect(kept.map((row) => row.quarantine_reason)).toEqual(['invalid_report', 'unknown_grant']);
    expect(kept.map((row) => JSON.parse(row.body) as unknown)).toEqual([
      { nonsense: 'a body that no schema takes' },
      { ...stray },
    ]);
    const [item] = await reviewList(db.sequelize, { state: 'open', kind: 'unknown_grant' });
    const detail = await reviewDetail(db.sequelize, item?.review_id ?? 0);
    expect(detail).toMatchObject({ adjustable: false, compare: null, report: { metered_ml: 250 } });
  });

  it('what was poured on a released grant can be charged, once, by an adjustment', async () => {
    const scene = await aScene(bar);
    const { grant, input } = await aPourGranted(scene);
    await cancelAttempt(bar.deps, scene.node, {
      client_tx_id: input.client_tx_id,
      tap_id: input.tap_id,
      boot_id: input.boot_id,
      reason: 'gave_up',
    } as Parameters<typeof cancelAttempt>[2]);
    await settleReport(bar.deps, scene.node, aReport(grant, { metered_ml: 250 }));
    const [item] = await reviewList(db.sequelize, { state: 'open', kind: 'unbilled_pour' });
    const review_id = item?.review_id ?? 0;
    expect(await reviewDetail(db.sequelize, review_id)).toMatchObject({
      adjustable: true,
      compare: { charged_ml: 0, difference_ml: 250, difference_minor: 7_500 },
    });
    await resolveReview(bar.deps, bar.actor, resolving(review_id));
    expect(await balanceOf(bar, scene.visit.guest_id)).toBe(92_500);
    expect((await verifyBooks(bar.deps)).ok).toBe(true);
  });
});
