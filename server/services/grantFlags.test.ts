import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { FLAGS } from '#domain/flags';
import type { Flag, Flags } from '#domain/flags';
import type { AuthoriseAnswer, GrantWire, PourReport } from '#domain/protocol/node';
import { query, queryOne } from '../db/query.ts';
import { aBar, aCard, aTap, balanceOf } from '../testing/builders.ts';
import type { Bar, BuiltTap } from '../testing/builders.ts';
import { ALL_HEARD, aReport, asking } from '../testing/pours.ts';
import { refusalOf } from '../testing/refusals.ts';
import { testDatabase } from '../testing/testDatabase.ts';
import type { TestDatabase } from '../testing/testDatabase.ts';
import { authorisePour } from './authorisePour.ts';
import { closeShift } from './closeShift.ts';
import { closeVisit } from './closeVisit.ts';
import { endLease } from './endLease.ts';
import { openShift } from './openShift.ts';
import { openVisit } from './openVisit.ts';
import { reconcilePour } from './reconcilePour.ts';
import { reportCardLost } from './reportCardLost.ts';
import { settleReport } from './settleReport.ts';
import type { Actor, Deps } from './support/deps.ts';
import { topUp } from './topUp.ts';
import { verifyBooks } from './verifyBooks.ts';

/*
 * One evening under each of the 128 settings of the flags, one after the other in one bar: what holds whatever they say does,
 * and the evening ends. What a flag changes is asked for by name where it shows.
 */
let db: TestDatabase;
let bar: Bar;
let lead: Actor;
let taps: [BuiltTap, BuiltTap, BuiltTap];
let closed = 0;
beforeAll(async () => {
  db = await testDatabase();
});
/** The bar goes on, unless an evening before this one did not end. */
beforeEach(async () => {
  const { fresh } = await queryOne<{ fresh: boolean }>(
    db.sequelize,
    `SELECT NOT EXISTS (SELECT 1 FROM taps) OR EXISTS (SELECT 1 FROM shifts WHERE state = 'open')
       OR EXISTS (SELECT 1 FROM grants WHERE state IN ('open', 'orphaned')) AS fresh`,
  );
  if (!fresh) return;
  await db.truncate();
  bar = await aBar(db);
  lead = { ...bar.actor, role: 'shift_lead' };
  taps = [await aTap(bar), await aTap(bar), await aTap(bar)];
  closed = 0;
  await db.owner.query(
    `UPDATE kegs SET size_ml = 1000000, start_ml = 1000000, remaining_ml = 1000000 WHERE state = 'on_tap'`,
  );
  await db.owner.query(`UPDATE settings SET value = value || '{"max_pour_ml": 600}' WHERE key = 'pour'`);
});
afterAll(() => db.drop());

/** by the trigger, also to the owner of the tables */
const REFUSED = 'are written once and never change';
const key = () => ({ request_id: randomUUID() });
const count = async (sql: string, bind: unknown[] = []) =>
  (await queryOne<{ n: number }>(db.sequelize, `SELECT count(*) AS n FROM ${sql}`, bind)).n;
const givenBy = (answer: AuthoriseAnswer): GrantWire | null =>
  answer.outcome === 'granted' ? answer.grant : null;
const saidBy = (answer: AuthoriseAnswer): string =>
  answer.outcome === 'granted' ? 'granted' : answer.refusal.code;

/** Twice, and the second time by a clock that is days away (14). */
async function settle(deps: Deps, tap: BuiltTap, report: PourReport): Promise<string> {
  const node = { node_id: tap.node_id };
  const { verdict } = await settleReport(deps, node, report);
  const again = { ...report, attempt: 2, age_ms: 400_000_000, offline: true };
  expect((await settleReport(deps, node, again)).verdict).toBe('duplicate');
  return verdict;
}

const settings = Array.from({ length: 2 ** FLAGS.length }, (_, bits): Flag[] =>
  FLAGS.filter((_flag, at) => (bits >> at) % 2 === 1),
);

it.each(settings.map((off) => [off.join(', ') || 'nothing', off] as const))(
  'invariants 1–6, 9, 10, 12 and 14 hold, and the evening ends, with %s off',
  async (_, off) => {
    const is_on = (flag: Flag) => !off.includes(flag);
    const flag_overrides: Partial<Flags> = Object.fromEntries(FLAGS.map((flag) => [flag, is_on(flag)]));
    const deps: Deps = { ...bar.deps, flag_overrides, live: ALL_HEARD };
    const by = bar.actor;
    const ask = (tap: BuiltTap, uid: string) =>
      authorisePour(deps, { node_id: tap.node_id }, asking({ tap, visit: { uid } as never }));

    // 10: one open shift; with the authority off the server opens it when money needs one
    if (is_on('FF_BACKEND_SHIFT_AUTHORITY')) await openShift(deps, lead, { ...key(), float_minor: 0 });

    // 1: one active visit for a guest and for a card
    const cards = [await aCard(bar), await aCard(bar)] as const;
    const someone = { name: 'Анна', phone: null, age_confirmed: true };
    const opening = { ...key(), guest_id: null, guest: someone, card_uid: cards[0].uid };
    const { visit_id } = await openVisit(deps, by, opening);
    const { guest_id } = await queryOne<{ guest_id: number }>(
      db.sequelize,
      'SELECT guest_id FROM visits WHERE id = $1',
      [visit_id],
    );
    const twice = openVisit(deps, by, { ...opening, ...key(), guest_id, guest: null });
    expect((await refusalOf(twice)).code).toBe('visit.guest_has_one');
    expect((await refusalOf(openVisit(deps, by, { ...opening, ...key() }))).code).toBe('card.not_available');
    await topUp(deps, by, { ...key(), visit_id, amount_minor: 100_000, method: 'cash' });

    // the plain evening: a card, a pour, its end
    const plain = givenBy(await ask(taps[2], cards[0].uid))!;
    expect(await settle(deps, taps[2], aReport(plain, { metered_ml: 200 }))).toBe('accepted');
    expect(await balanceOf(bar, guest_id)).toBe(94_000);

    // 2: one open grant of a visit; a second tap, then a lost card
    const first = givenBy(await ask(taps[0], cards[0].uid))!;
    const second = await ask(taps[1], cards[0].uid);
    expect(saidBy(second)).toBe(is_on('FF_ACTIVE_TAP_LOCK') ? 'card_in_use_on_other_tap' : 'granted');
    expect(await count(`grants WHERE visit_id = $1 AND state = 'open'`, [visit_id])).toBe(1);
    await reportCardLost(deps, by, { ...key(), visit_id, reason: 'Lost' });
    const third = await ask(taps[2], cards[0].uid);
    if (is_on('FF_LOST_CARD_ENFORCEMENT')) expect(saidBy(third)).toBe('lost_card');
    expect(await count(`grants WHERE visit_id = $1 AND state = 'open'`, [visit_id])).toBeLessThanOrEqual(1);
    // 9: a card without a visit comes to nothing, or to a visit that is closed below
    expect(saidBy(await ask(taps[2], cards[1].uid))).toBe(
      is_on('FF_VISIT_ENFORCEMENT') ? 'no_active_visit' : 'insufficient_funds',
    );

    // 3, 4, 5: entered by hand, then reported late: charged once, kept for ever
    await endLease(deps, first.grant_id);
    const { grant_id, short_id } = first;
    const entry = { ...key(), visit_id, grant_id, short_id, ml: 600, reason: 'Silent' };
    await reconcilePour(deps, lead, { ...entry, approver: null });
    expect(await settle(deps, taps[0], aReport(first, { metered_ml: 610 }))).toBe('late_sync_mismatch');
    const others = [second, third].flatMap((answer) => givenBy(answer) ?? []);
    for (const grant of others) {
      const tap = taps.find(({ tap_id }) => tap_id === grant.tap_id)!;
      expect(await settle(deps, tap, aReport(grant, { metered_ml: grant.limit_ml }))).toBe('accepted');
    }
    const poured = 2 + others.length;
    expect(await count(`pours WHERE visit_id = $1`, [visit_id])).toBe(poured);
    expect(await count(`ledger_transactions WHERE visit_id = $1 AND kind = 'pour'`, [visit_id])).toBe(poured);
    expect(
      await count(`pour_reports r JOIN pours p USING (grant_id) WHERE p.visit_id = $1`, [visit_id]),
    ).toBe(poured);
    const charged = 30 * (200 + 600 + others.reduce((ml, { limit_ml }) => ml + limit_ml, 0));
    expect(await balanceOf(bar, guest_id)).toBe(100_000 - charged);

    // 12: neither money nor trail is ever written over
    for (const table of ['ledger_entries', 'ledger_transactions', 'audit_events', 'pour_reports'])
      await expect(query(db.owner, `DELETE FROM ${table}`), table).rejects.toThrow(REFUSED);

    // 9 and 10: every visit and the shift close, the Z is the next number
    const open = await query<{ visit_id: number; expected_version: number }>(
      db.sequelize,
      `SELECT id AS visit_id, version AS expected_version FROM visits WHERE state = 'active' ORDER BY id`,
    );
    const leaving = { reason: 'Goes', card_returned: true, remainder: 'refund', method: 'cash' } as const;
    for (const visit of open) await closeVisit(deps, lead, { ...key(), ...visit, ...leaving });
    const counting = { ...key(), counted_cash_minor: 0, reason: 'Counted twice' };
    const { z_number } = await closeShift(deps, lead, counting);
    closed += 1;
    expect(z_number).toBe(closed);

    // 6 and the rest: the books
    const { flowed, gone } = await queryOne<{ flowed: number; gone: number }>(
      db.sequelize,
      `SELECT (SELECT sum(metered_ml) FROM pours)::bigint AS flowed, (SELECT sum(start_ml - remaining_ml) FROM kegs)::bigint AS gone`,
    );
    expect(gone).toBe(flowed);
    expect((await verifyBooks(deps)).broken).toEqual([]);
  },
);
