import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { query, queryOne } from '../db/query.ts';
import { kegSuggestion } from '../queries/kegSuggestion.ts';
import { aBar, aKeg, aNode, anOperator, aTap, countRows } from '../testing/builders.ts';
import type { Bar } from '../testing/builders.ts';
import { aPourGranted, aReport, aScene, aTx, look } from '../testing/pours.ts';
import type { Scene } from '../testing/pours.ts';
import { race, refusalOf } from '../testing/refusals.ts';
import { testDatabase } from '../testing/testDatabase.ts';
import type { TestDatabase } from '../testing/testDatabase.ts';
import { changeKeg } from './changeKeg.ts';
import { correctKeg } from './correctKeg.ts';
import { endLease } from './endLease.ts';
import { markKegEmpty } from './markKegEmpty.ts';
import { putKegOnTap } from './putKegOnTap.ts';
import { receiveKeg } from './receiveKeg.ts';
import { recordFlow } from './recordFlow.ts';
import { reconcilePour } from './reconcilePour.ts';
import { returnKeg } from './returnKeg.ts';
import { setMarkingCode } from './setMarkingCode.ts';
import { settleReport } from './settleReport.ts';
import type { Actor } from './support/deps.ts';
import { takeKegOff } from './takeKegOff.ts';
import { verifyBooks } from './verifyBooks.ts';

let db: TestDatabase;
let bar: Bar;
let lead: Actor;
let scene: Scene;
beforeAll(async () => {
  db = await testDatabase();
});
beforeEach(async () => {
  await db.truncate();
  bar = await aBar(db);
  lead = await anOperator(bar, { role: 'shift_lead' });
  scene = await aScene(bar);
});
afterAll(() => db.drop());

const once = () => ({ request_id: randomUUID(), reason: 'as told' });
const oldKeg = () => scene.tap.keg_id ?? 0;
const keg = (keg_id: number) =>
  queryOne<{ state: string; remaining_ml: number }>(
    db.sequelize,
    'SELECT state, remaining_ml FROM kegs WHERE id = $1',
    [keg_id],
  );
const movements = () => query(db.sequelize, 'SELECT keg_id, kind, out_ml FROM keg_movements ORDER BY id');
/** One glass of the scene's guest; how it came is `change`. */
const pour = async (metered_ml: number, change: Parameters<typeof aReport>[1] = {}) => {
  const { grant, input } = await aPourGranted(scene);
  await settleReport(bar.deps, scene.node, aReport(grant, { metered_ml, ...change }));
  return { grant, input };
};
const booksStand = async () => expect((await verifyBooks(bar.deps)).broken).toEqual([]);

describe('M7: the suggestion', () => {
  it('an opened partial keg first, then the oldest received; the same each time', async () => {
    const { beverage_id, tap_id } = scene.tap;
    const [young, old, partial] = [
      await aKeg(bar, { beverage_id }),
      await aKeg(bar, { beverage_id }),
      await aKeg(bar, { beverage_id }),
    ];
    await aKeg(bar);
    await aKeg(bar, { beverage_id, state: 'empty' });
    await query(db.sequelize, `UPDATE kegs SET opened_at = now() WHERE id = $1`, [partial.keg_id]);
    await db.owner.query(`UPDATE kegs SET received_at = now() - interval '9 days' WHERE id = ${old.keg_id}`);
    for (const asked of [{ tap_id }, { beverage_id }, { tap_id }]) {
      const suggestion = await kegSuggestion(db.sequelize, asked);
      expect(suggestion.candidates.map((one) => one.keg_id)).toEqual([
        partial.keg_id,
        old.keg_id,
        young.keg_id,
      ]);
      expect(suggestion.suggested?.keg_id).toBe(partial.keg_id);
      expect(suggestion.beverage_id).toBe(beverage_id);
    }
  });

  it('of a tap without a keg: what it sold last, and nothing of a tap that never sold', async () => {
    const next = await aKeg(bar, { beverage_id: scene.tap.beverage_id });
    await pour(300);
    await takeKegOff(bar.deps, lead, { ...once(), tap_id: scene.tap.tap_id, fate: 'returned' });
    const suggestion = await kegSuggestion(db.sequelize, { tap_id: scene.tap.tap_id });
    expect(suggestion.suggested?.keg_id).toBe(next.keg_id);
    const fresh = await aTap(bar, { keg: false });
    expect(await kegSuggestion(db.sequelize, { tap_id: fresh.tap_id })).toEqual({
      beverage_id: null,
      suggested: null,
      candidates: [],
    });
  });
});

describe('a keg leaves its tap', () => {
  it('defect 8 of the peers: a partial keg that is taken off keeps its remainder, and comes back with it', async () => {
    await pour(500);
    const { tap_id } = scene.tap;
    const off = { ...once(), tap_id, fate: 'partial' as const };
    const taken = await takeKegOff(bar.deps, lead, off);
    expect(taken).toMatchObject({ state: 'in_store', remaining_ml: 29_500, tap_number: null });
    expect(taken.opened_at).not.toBeNull();
    expect(await takeKegOff(bar.deps, lead, off)).toEqual(taken);
    const back = await putKegOnTap(bar.deps, lead, { request_id: randomUUID(), tap_id, keg_id: oldKeg() });
    expect(back).toMatchObject({ state: 'on_tap', remaining_ml: 29_500, opened_at: taken.opened_at });
    expect(await countRows(bar, 'keg_movements')).toBe(1);
    await booksStand();
  });

  it.each(['empty', 'returned'] as const)(
    '%s: the rest is its yield variance, with the reason',
    async (fate) => {
      await pour(500);
      const off = { ...once(), tap_id: scene.tap.tap_id, fate };
      expect(await takeKegOff(bar.deps, lead, off)).toMatchObject({ state: fate, remaining_ml: 0 });
      await takeKegOff(bar.deps, lead, off);
      expect(
        await query(
          db.sequelize,
          `SELECT out_ml, reason, operator_id FROM keg_movements WHERE kind = 'yield_variance'`,
        ),
      ).toEqual([{ out_ml: 29_500, reason: 'as told', operator_id: lead.operator_id }]);
      expect(
        await query(db.sequelize, `SELECT reason FROM audit_events WHERE action = 'keg.taken_off'`),
      ).toEqual([{ reason: 'as told' }]);
      await booksStand();
    },
  );

  it('not while a pour may run; once its lease is over, the late report still finds its keg', async () => {
    const { tap_id } = scene.tap;
    const { grant, input } = await aPourGranted(scene);
    const off = () => takeKegOff(bar.deps, lead, { ...once(), tap_id, fate: 'empty' });
    expect((await refusalOf(off())).code).toBe('tap.pour_may_run');
    await endLease(bar.deps, grant.grant_id);
    await off();
    expect(await keg(oldKeg())).toEqual({ state: 'empty', remaining_ml: 0 });
    await settleReport(bar.deps, scene.node, aReport(grant));
    expect(await look(scene, input.client_tx_id)).toMatchObject({ billed_ml: 500 });
    expect(await keg(oldKeg())).toEqual({ state: 'empty', remaining_ml: 0 });
    expect(await movements()).toMatchObject([
      { kind: 'yield_variance', out_ml: 30_000 },
      { kind: 'pour', out_ml: 500 },
      { kind: 'yield_variance', out_ml: -500 },
    ]);
    await booksStand();
  });

  it('a tap without a keg has none to take off, and there must be a tap', async () => {
    const bare = await aTap(bar, { keg: false });
    const off = (tap_id: number) => takeKegOff(bar.deps, lead, { ...once(), tap_id, fate: 'partial' });
    expect((await refusalOf(off(bare.tap_id))).code).toBe('tap.has_no_keg');
    expect((await refusalOf(off(4711))).code).toBe('tap.not_found');
  });
});

describe('one keg for another, in one act', () => {
  it('the old one off, the new one on, once however often it is delivered', async () => {
    await pour(500);
    const next = await aKeg(bar, { beverage_id: scene.tap.beverage_id });
    const change = { ...once(), tap_id: scene.tap.tap_id, keg_id: next.keg_id, fate: 'partial' as const };
    const changed = await changeKeg(bar.deps, lead, change);
    expect(changed).toMatchObject({
      off: { keg_id: oldKeg(), state: 'in_store', remaining_ml: 29_500 },
      on: { keg_id: next.keg_id, state: 'on_tap', tap_number: scene.tap.number },
    });
    expect(await changeKeg(bar.deps, lead, change)).toEqual(changed);
    expect(await countRows(bar, 'pos_outbox')).toBe(2);
    await pour(300);
    expect(await keg(next.keg_id)).toMatchObject({ remaining_ml: 29_700 });
    await booksStand();
  });

  it('not while a pour may run, nor with a keg that is not in store: then nothing is changed', async () => {
    const next = await aKeg(bar);
    const { tap_id } = scene.tap;
    const change = (keg_id: number) =>
      changeKeg(bar.deps, lead, { ...once(), tap_id, keg_id, fate: 'empty' });
    expect((await refusalOf(change(oldKeg()))).code).toBe('keg.not_in_store');
    await aPourGranted(scene);
    expect((await refusalOf(change(next.keg_id))).code).toBe('tap.pour_may_run');
    expect(await keg(oldKeg())).toEqual({ state: 'on_tap', remaining_ml: 30_000 });
    expect(await keg(next.keg_id)).toMatchObject({ state: 'in_store' });
  });

  it('of 16 who change the keg of one tap to one keg, one does', async () => {
    const next = await aKeg(bar);
    const { won, codes } = await race(16, () =>
      changeKeg(bar.deps, lead, {
        ...once(),
        tap_id: scene.tap.tap_id,
        keg_id: next.keg_id,
        fate: 'empty',
      }),
    );
    expect(won).toHaveLength(1);
    expect(codes).toEqual(Array.from({ length: 15 }, () => 'keg.not_in_store'));
    await booksStand();
  });
});

describe('empty is a state', () => {
  it('a remainder of 0 is not empty; below the allowance is', async () => {
    await db.owner.query(
      `INSERT INTO keg_movements (keg_id, kind, out_ml) VALUES (${oldKeg()}, 'unbilled', 29500)`,
    );
    await pour(500);
    expect(await keg(oldKeg())).toEqual({ state: 'on_tap', remaining_ml: 0 });
    await pour(900);
    expect(await keg(oldKeg())).toEqual({ state: 'on_tap', remaining_ml: -900 });
    await recordFlow(bar.deps, scene.node, {
      flow_id: aTx(),
      tap_id: scene.tap.tap_id,
      kind: 'leak',
      pulses: 5,
      ml: 1,
      age_ms: 0,
    });
    expect(await keg(oldKeg())).toEqual({ state: 'empty', remaining_ml: -901 });
  });

  it('a person says so, of a keg on a tap; the keg stays there and nothing is sold from it', async () => {
    const empty = { ...once(), keg_id: oldKeg() };
    const said = await markKegEmpty(bar.deps, lead, empty);
    expect(said).toMatchObject({ state: 'empty', remaining_ml: 30_000, tap_number: scene.tap.number });
    expect(await markKegEmpty(bar.deps, lead, empty)).toEqual(said);
    await expect(aPourGranted(scene)).rejects.toThrow('no_keg');
    const stored = await aKeg(bar);
    const other = markKegEmpty(bar.deps, lead, { ...once(), keg_id: stored.keg_id });
    expect((await refusalOf(other)).code).toBe('keg.not_on_tap');
    expect((await refusalOf(markKegEmpty(bar.deps, lead, { ...once(), keg_id: 4711 }))).code).toBe(
      'keg.not_found',
    );
  });

  it('a pour that ends in a kick empties the keg and its burst is not billed; the keg moves by the meter', async () => {
    const { input } = await pour(500, { end_reason: 'kick', kick_ml: 120 });
    expect(await look(scene, input.client_tx_id)).toMatchObject({
      metered_ml: 500,
      billed_ml: 380,
      balance_minor: 100_000 - 11_400,
      keg_ml: 29_500,
    });
    expect(await query(db.sequelize, 'SELECT kick_ml, first_flush_ml FROM pours')).toEqual([
      { kick_ml: 120, first_flush_ml: 0 },
    ]);
    expect(await keg(oldKeg())).toMatchObject({ state: 'empty' });
    await booksStand();
  });

  it('a burst is a fact of the report: the same again is a duplicate, another one is other facts', async () => {
    const { grant } = await aPourGranted(scene);
    const report = aReport(grant, { end_reason: 'kick', kick_ml: 120 });
    const settle = (change: object) => settleReport(bar.deps, scene.node, { ...report, ...change });
    expect((await settle({})).verdict).toBe('accepted');
    expect((await settle({ attempt: 2 })).verdict).toBe('duplicate');
    expect((await settle({ kick_ml: 300 })).verdict).toBe('quarantined');
    expect((await settle({ kick_ml: undefined })).verdict).toBe('quarantined');
  });

  it('a burst that is named without a kick is billed', async () => {
    const { input } = await pour(500, { kick_ml: 400 });
    expect(await look(scene, input.client_tx_id)).toMatchObject({ billed_ml: 500 });
  });
});

describe('a wrong assignment is put right from a time on', () => {
  const at = (ms: number) => new Date(bar.clock.now().getTime() + ms).toISOString();

  it('what flowed since then moves to the right keg, once; money and the earlier pours stay', async () => {
    const right = await aKeg(bar, { beverage_id: scene.tap.beverage_id });
    await pour(300);
    bar.clock.advance(60_000);
    const since = at(-1_000);
    bar.clock.advance(60_000);
    const { input } = await pour(500);
    const before = await look(scene, input.client_tx_id);
    const correct = {
      ...once(),
      tap_id: scene.tap.tap_id,
      from_keg_id: oldKeg(),
      to_keg_id: right.keg_id,
      since,
      fate: 'partial' as const,
    };
    const corrected = await correctKeg(bar.deps, lead, correct);
    expect(corrected).toMatchObject({
      moved_ml: 500,
      from: { remaining_ml: 29_700, state: 'in_store' },
      to: { remaining_ml: 29_500, state: 'on_tap', tap_number: scene.tap.number },
    });
    expect(await correctKeg(bar.deps, lead, correct)).toEqual(corrected);
    // Said once more for the same time: nothing is left to move.
    expect((await correctKeg(bar.deps, lead, { ...correct, ...once() })).moved_ml).toBe(0);
    expect((await look(scene, input.client_tx_id)).balance_minor).toBe(before.balance_minor);
    expect(await query(db.sequelize, 'SELECT keg_id, billed_ml FROM pours ORDER BY id')).toEqual([
      { keg_id: oldKeg(), billed_ml: 300 },
      { keg_id: right.keg_id, billed_ml: 500 },
    ]);
    expect(await countRows(bar, 'review_items')).toBe(0);
    await booksStand();
  });

  it('and back again, and to a third keg: every remainder is what flowed from it', async () => {
    const [second, third] = [await aKeg(bar), await aKeg(bar)];
    const since = at(-1_000);
    await pour(500);
    const correct = (from_keg_id: number, to_keg_id: number) =>
      correctKeg(bar.deps, lead, {
        ...once(),
        tap_id: scene.tap.tap_id,
        from_keg_id,
        to_keg_id,
        since,
        fate: 'partial',
      });
    await correct(oldKeg(), second.keg_id);
    await correct(second.keg_id, oldKeg());
    await correct(oldKeg(), third.keg_id);
    expect(await keg(oldKeg())).toEqual({ state: 'in_store', remaining_ml: 30_000 });
    expect(await keg(second.keg_id)).toEqual({ state: 'in_store', remaining_ml: 30_000 });
    expect(await keg(third.keg_id)).toEqual({ state: 'on_tap', remaining_ml: 29_500 });
    await booksStand();
  });

  it('a change that was entered too late: the tap has the right keg already', async () => {
    const since = at(-1_000);
    await pour(500);
    const next = await aKeg(bar, { beverage_id: scene.tap.beverage_id });
    const { tap_id } = scene.tap;
    await changeKeg(bar.deps, lead, { ...once(), tap_id, keg_id: next.keg_id, fate: 'empty' });
    const corrected = await correctKeg(bar.deps, lead, {
      ...once(),
      tap_id,
      from_keg_id: oldKeg(),
      to_keg_id: next.keg_id,
      since,
      fate: 'empty',
    });
    // The old keg had ended: what is not its pour is its variance again.
    expect(corrected).toMatchObject({
      moved_ml: 500,
      from: { state: 'empty', remaining_ml: 0 },
      to: { remaining_ml: 29_500 },
    });
    await booksStand();
  });

  it('a late report after it goes to the right keg', async () => {
    const right = await aKeg(bar);
    const since = at(-1_000);
    const { grant } = await aPourGranted(scene);
    await endLease(bar.deps, grant.grant_id);
    await reconcilePour(bar.deps, lead, {
      ...once(),
      visit_id: scene.visit.visit_id,
      grant_id: grant.grant_id,
      ml: 400,
      short_id: grant.short_id,
      approver: null,
    });
    const correct = {
      ...once(),
      tap_id: scene.tap.tap_id,
      from_keg_id: oldKeg(),
      to_keg_id: right.keg_id,
      since,
      fate: 'partial' as const,
    };
    expect(await correctKeg(bar.deps, lead, correct)).toMatchObject({ moved_ml: 400 });
    await settleReport(bar.deps, scene.node, aReport(grant, { metered_ml: 450 }));
    expect(await keg(oldKeg())).toMatchObject({ remaining_ml: 30_000 });
    expect(await keg(right.keg_id)).toMatchObject({ remaining_ml: 29_550 });
    // Another beverage at another price: a person looks, money has not moved.
    expect(await query(db.sequelize, 'SELECT kind FROM review_items ORDER BY id')).toEqual([
      { kind: 'keg_beverage_differs' },
      { kind: 'late_sync_mismatch' },
    ]);
    await booksStand();
  });

  it('not while a pour of the tap is unsettled, nor between kegs that have nothing to do with it', async () => {
    const right = await aKeg(bar);
    const correct = (change: object) =>
      correctKeg(bar.deps, lead, {
        ...once(),
        tap_id: scene.tap.tap_id,
        from_keg_id: oldKeg(),
        to_keg_id: right.keg_id,
        since: at(-1_000),
        fate: 'partial',
        ...change,
      });
    const other = await aKeg(bar);
    expect((await refusalOf(correct({ from_keg_id: other.keg_id }))).code).toBe('keg.not_on_tap');
    expect((await refusalOf(correct({ to_keg_id: oldKeg() }))).code).toBe('input.invalid');
    await returnKeg(bar.deps, lead, { ...once(), keg_id: other.keg_id });
    expect((await refusalOf(correct({ to_keg_id: other.keg_id }))).code).toBe('keg.not_in_store');
    await aPourGranted(scene);
    expect((await refusalOf(correct({}))).code).toBe('tap.has_unsettled_grant');
  });
});

describe('kegs go back, and carry their code', () => {
  it('from the store or empty, once; not from a tap', async () => {
    const stored = await aKeg(bar, { remaining_ml: 12_000 });
    const back = { ...once(), keg_id: stored.keg_id };
    const returned = await returnKeg(bar.deps, lead, back);
    expect(returned).toMatchObject({ state: 'returned', remaining_ml: 0 });
    expect(await returnKeg(bar.deps, lead, back)).toEqual(returned);
    expect((await refusalOf(returnKeg(bar.deps, lead, { ...back, ...once() }))).code).toBe('keg.returned');
    expect((await refusalOf(returnKeg(bar.deps, lead, { ...once(), keg_id: oldKeg() }))).code).toBe(
      'keg.on_tap',
    );
    await booksStand();
  });

  it('a marking code belongs to one keg', async () => {
    const { beverage_id } = scene.tap;
    const code = { request_id: randomUUID(), beverage_id, size_ml: 30_000, marking_code: '010460' };
    const marked = await receiveKeg(bar.deps, lead, code);
    expect(marked.marking_code).toBe('010460');
    const again = receiveKeg(bar.deps, lead, { ...code, request_id: randomUUID() });
    expect((await refusalOf(again)).code).toBe('keg.code_taken');
    const set = (marking_code: string | null) =>
      setMarkingCode(bar.deps, lead, { request_id: randomUUID(), keg_id: oldKeg(), marking_code });
    expect((await refusalOf(set('010460'))).code).toBe('keg.code_taken');
    expect(await set('010461')).toMatchObject({ marking_code: '010461' });
    expect(await set(null)).toMatchObject({ marking_code: null });
  });
});

it('a node that is not this tap’s changes nothing', async () => {
  const stranger = await aNode(bar);
  const flow = {
    flow_id: aTx(),
    tap_id: scene.tap.tap_id,
    kind: 'kick' as const,
    pulses: 1,
    ml: 1,
    age_ms: 0,
  };
  expect((await refusalOf(recordFlow(bar.deps, stranger, flow))).code).toBe('node.not_allowed');
  expect(await keg(oldKeg())).toMatchObject({ state: 'on_tap' });
});
