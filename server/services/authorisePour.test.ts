import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { isShortId } from '#domain/grant/shortId';
import type { Flag } from '#domain/flags';
import { minor } from '#domain/quantity/money';
import { query, queryOne } from '../db/query.ts';
import { aBar, aCard, aGuest, aNode, aTap, aVisit } from '../testing/builders.ts';
import type { Bar } from '../testing/builders.ts';
import {
  aPourGranted,
  aReport,
  aScene,
  asking,
  auditActions,
  bookRows,
  granted,
  look,
  refusedWith,
} from '../testing/pours.ts';
import type { Scene } from '../testing/pours.ts';
import { refusalOf } from '../testing/refusals.ts';
import { testDatabase } from '../testing/testDatabase.ts';
import type { TestDatabase } from '../testing/testDatabase.ts';
import { authorisePour } from './authorisePour.ts';
import { cancelAttempt } from './cancelAttempt.ts';
import { closeVisit } from './closeVisit.ts';
import { endLease } from './endLease.ts';
import { forceUnlock } from './forceUnlock.ts';
import { reportCardLost } from './reportCardLost.ts';
import { settleReport } from './settleReport.ts';
import { verifyBooks } from './verifyBooks.ts';

let db: TestDatabase;
let bar: Bar;
let scene: Scene;
beforeAll(async () => {
  db = await testDatabase();
});
beforeEach(async () => {
  await db.truncate();
  bar = await aBar(db);
  scene = await aScene(bar);
});
afterAll(() => db.drop());

const change = (sql: string, ...values: unknown[]) => query(db.owner, sql, values);
const ask = (of: Partial<Pick<Scene, 'visit' | 'tap'>> = {}, by: Bar = bar) => {
  const { visit, tap } = { ...scene, ...of };
  return authorisePour(by.deps, { node_id: tap.node_id }, asking({ visit, tap }));
};
const off = (...flags: Flag[]): Bar => {
  const flag_overrides = Object.fromEntries(flags.map((flag) => [flag, false]));
  return { ...bar, deps: { ...bar.deps, flag_overrides } };
};

describe('the gates, on the database', () => {
  const GATES: [string, () => Promise<unknown>][] = [
    ['node_not_allowed', async () => change('UPDATE taps SET node_id = $1', (await aNode(bar)).node_id)],
    ['shift_closed', () => change(`UPDATE shifts SET state = 'closed', closed_at = now(), z_number = 1`)],
    ['emergency_stop', () => change(`INSERT INTO settings (key, value) VALUES ('emergency_stop', 'true')`)],
    ['tap_unavailable', () => change(`UPDATE taps SET status = 'cleaning'`)],
    ['tap_processing_sync', () => change(`UPDATE taps SET status = 'processing_sync'`)],
    ['no_keg', () => change('UPDATE taps SET keg_id = NULL')],
    ['no_keg', () => change(`UPDATE kegs SET state = 'empty'`)],
    ['card_unknown', () => change(`UPDATE cards SET uid = '04FFFFFFFFFF01'`)],
    ['lost_card', () => change(`UPDATE cards SET state = 'lost'`)],
    ['no_active_visit', () => change(`UPDATE visit_cards SET ended_at = now(), end_reason = 'missing'`)],
    ['guest_blocked', () => change('UPDATE guests SET blocked_at = now()')],
    ['insufficient_funds', () => change(`UPDATE beverages SET price_minor_per_litre = 10000000`)],
  ];

  it.each(GATES)(
    '%s: refused in both languages, kept, in the trail (invariant 13), at the till; again the same',
    async (code, fail) => {
      await fail();
      const input = asking(scene);
      const answer = await authorisePour(bar.deps, scene.node, input);
      expect(answer).toMatchObject({ outcome: 'refused', refusal: { code, tap_number: null } });
      if (answer.outcome === 'refused')
        for (const text of [answer.refusal.guest, answer.refusal.guest_action, answer.refusal.operator])
          expect(text.ru.length * text.en.length).toBeGreaterThan(0);
      expect(await auditActions(bar, 'pour.%')).toEqual(['pour.refused']);
      const event = await queryOne<{ details: object }>(
        db.sequelize,
        `SELECT details FROM events WHERE type = 'tap.refused'`,
      );
      expect(event.details).toMatchObject({ code, tap_number: scene.tap.number, card_uid: scene.visit.uid });
      expect(await authorisePour(bar.deps, scene.node, { ...input, attempt: 2 })).toEqual(answer);
      expect(await bookRows(bar)).toMatchObject({ attempts: 1, grants: 0 });
      expect(await auditActions(bar, 'pour.%')).toHaveLength(1);
    },
  );

  it('service_limit counts the guest and the business date: closing and opening a visit resets nothing', async () => {
    const { grant } = await aPourGranted(scene);
    await settleReport(bar.deps, scene.node, aReport(grant, { metered_ml: 1_980 }));
    const { visit_id, guest_id } = scene.visit;
    await change(`UPDATE guests SET name = 'Анна' WHERE id = $1`, guest_id);
    const { version } = await queryOne<{ version: number }>(db.sequelize, 'SELECT version FROM visits');
    await closeVisit(bar.deps, bar.actor, {
      request_id: bar.deps.random.uuid(),
      visit_id,
      expected_version: version,
      reason: 'Goes',
      card_returned: true,
      remainder: 'keep',
      method: 'cash',
    });
    const again = await aVisit(bar, { guest_id });
    expect(await refusedWith(ask({ visit: again }))).toBe('service_limit');
  });

  it('debt_open: what the guest owes the house stops the next pour', async () => {
    const poor = { ...scene, visit: await aVisit(bar, { balance: minor(6_000) }) };
    const { grant } = await aPourGranted(poor);
    expect(grant.limit_ml).toBe(200);
    await settleReport(bar.deps, scene.node, aReport(grant, { metered_ml: 230 }));
    expect(await look(poor, grant.client_tx_id)).toMatchObject({
      balance_minor: 0,
      owed_minor: 900,
      reviews: ['uncovered_pour'],
    });
    expect(await refusedWith(ask(poor))).toBe('debt_open');
  });

  it('names the other tap to guest and staff', async () => {
    await aPourGranted(scene);
    const tap = await aTap(bar);
    const answer = await ask({ tap });
    expect(answer).toMatchObject({
      outcome: 'refused',
      refusal: { code: 'card_in_use_on_other_tap', tap_number: scene.tap.number },
    });
    expect(await refusedWith(ask())).toBe('card_in_use_here');
  });

  it('a flapping card is one row of the trail with a count', async () => {
    await change(`UPDATE taps SET status = 'disabled'`);
    for (let flap = 0; flap < 5; flap++) await ask();
    const tally = await query(db.sequelize, `SELECT repeats FROM refusal_repeats`);
    expect(tally).toEqual([{ repeats: 4 }]);
    expect(await auditActions(bar, 'pour.refused')).toHaveLength(1);
  });

  it('a tap that the till does not have is refused and keeps nothing', async () => {
    const input = asking(scene, { tap_id: 9_999_999 });
    expect(await refusedWith(authorisePour(bar.deps, scene.node, input))).toBe('node_not_allowed');
    expect(await bookRows(bar)).toMatchObject({ attempts: 0 });
  });

  it("a node that speaks for another's attempt is a conflict and a security event (H09)", async () => {
    const { input } = await aPourGranted(scene);
    const stranger = await aNode(bar);
    expect(await refusalOf(authorisePour(bar.deps, stranger, input))).toMatchObject({
      code: 'request.conflict',
    });
    expect(await auditActions(bar, 'security.%')).toEqual(['security.attempt_conflict']);
  });
});

describe('the grant', () => {
  it('carries its terms, and of the guest only what the guest allows to be shown', async () => {
    await change(`UPDATE guests SET name = 'Анна Петрова', display_name = 'Аня', language = 'en'`);
    const { grant } = await aPourGranted(scene);
    expect(grant).toMatchObject({
      tap_id: scene.tap.tap_id,
      price_minor_per_litre: 30_000,
      limit_ml: 2_000,
      epoch: 1,
      start_window_left_ms: 10_000,
      display_name: 'Аня',
      language: 'en',
      balance_minor: 100_000,
    });
    expect(isShortId(grant.short_id)).toBe(true);
    expect(JSON.stringify(grant)).not.toContain('Петрова');
  });

  it('sent again it has the rest of its start window', async () => {
    const { input } = await aPourGranted(scene);
    bar.clock.advance(4_000);
    const again = await granted(authorisePour(bar.deps, scene.node, { ...input, attempt: 2 }));
    expect(again.start_window_left_ms).toBe(6_000);
    bar.clock.advance(60_000);
    expect((await granted(authorisePour(bar.deps, scene.node, input))).start_window_left_ms).toBe(0);
  });

  it('a price that changes later does not change it', async () => {
    const { grant } = await aPourGranted(scene);
    await change('UPDATE beverages SET price_minor_per_litre = 99900');
    await settleReport(bar.deps, scene.node, aReport(grant));
    expect(await look(scene, grant.client_tx_id)).toMatchObject({ balance_minor: 85_000 });
  });

  it('H31: no code that an unsettled grant has or the visit has used, when the counter comes round', async () => {
    const first = await aPourGranted(scene);
    await settleReport(bar.deps, scene.node, aReport(first.grant));
    const second = await aPourGranted(scene);
    await cancelAttempt(bar.deps, scene.node, second.input);
    await change('UPDATE taps SET short_code_counter = 0');
    const third = await aPourGranted(scene);
    expect(new Set([first, second, third].map(({ grant }) => grant.short_id)).size).toBe(3);
  });

  it('H01: an orphaned grant still reserves: another tap gets only what is left', async () => {
    const poor = { ...scene, visit: await aVisit(bar, { balance: minor(60_000 + 15_000) }) };
    await change(`UPDATE settings SET value = value || '{"daily_limit_ml": 9000}' WHERE key = 'pour'`);
    const { grant } = await aPourGranted(poor);
    const { visit_id } = poor.visit;
    await forceUnlock(
      bar.deps,
      bar.actor,
      { request_id: bar.deps.random.uuid(), visit_id, expected_version: 2, reason: 'Stuck' },
      0,
    );
    const tap = await aTap(bar);
    const other = await granted(ask({ ...poor, tap }));
    expect(other.limit_ml).toBe(500);
    // H03: the overshoot of one grant eats nothing of the other's reserve.
    await settleReport(bar.deps, scene.node, aReport(grant, { metered_ml: 2_100 }));
    expect(await look(poor, grant.client_tx_id)).toMatchObject({
      balance_minor: 15_000,
      owed_minor: 3_000,
      reserved_minor: 15_000,
    });
    await settleReport(bar.deps, { node_id: tap.node_id }, aReport(other, { metered_ml: 500 }));
    expect(await look(poor, other.client_tx_id)).toMatchObject({
      balance_minor: 0,
      owed_minor: 3_000,
      reserved_minor: 0,
    });
    expect((await verifyBooks(bar.deps)).broken).toEqual([]);
  });

  it('H08, H14, invariant 11: a lost card gets no grant, not even the answer of one that it had', async () => {
    const { input } = await aPourGranted(scene);
    await reportCardLost(bar.deps, bar.actor, {
      request_id: bar.deps.random.uuid(),
      visit_id: scene.visit.visit_id,
      reason: 'Lost',
    });
    expect(await refusedWith(authorisePour(bar.deps, scene.node, input))).toBe('grant_over');
    expect(await refusedWith(ask())).toBe('lost_card');
  });

  it('a cancelled attempt never gets a grant, whatever order its messages arrive in', async () => {
    const input = asking(scene);
    await cancelAttempt(bar.deps, scene.node, input);
    expect(await refusedWith(authorisePour(bar.deps, scene.node, input))).toBe('grant_over');
    expect(await bookRows(bar)).toMatchObject({ attempts: 1, grants: 0 });
  });
});

describe('flags off', () => {
  it('FF_ACTIVE_TAP_LOCK: a second tap is given and audited, the earlier grant is orphaned and stays reserved', async () => {
    await change(
      `UPDATE settings SET value = value || '{"daily_limit_ml": 9000, "max_pour_ml": 1000}' WHERE key = 'pour'`,
    );
    const { grant } = await aPourGranted(scene);
    const tap = await aTap(bar);
    const second = await granted(ask({ tap }, off('FF_ACTIVE_TAP_LOCK')));
    expect(await look(scene, grant.client_tx_id)).toMatchObject({
      grant: 'orphaned',
      pour: 'pending_sync',
      locked: true,
      reserved_minor: 60_000,
    });
    expect(await auditActions(bar, 'flag.%')).toEqual(['flag.waived']);
    await settleReport(bar.deps, scene.node, aReport(grant));
    expect(await look(scene, grant.client_tx_id)).toMatchObject({
      grant: 'settled',
      locked: true,
      balance_minor: 85_000,
    });
    await settleReport(bar.deps, { node_id: tap.node_id }, aReport(second));
    expect(await look(scene, second.client_tx_id)).toMatchObject({
      grant: 'settled',
      locked: false,
      balance_minor: 70_000,
    });
    expect((await verifyBooks(bar.deps)).broken).toEqual([]);
  });

  it('FF_VISIT_ENFORCEMENT: a free card opens a visit of an empty account, so funds still decide', async () => {
    const card = await aCard(bar);
    const visit = { ...scene.visit, uid: card.uid };
    expect(await refusedWith(ask({ visit }))).toBe('no_active_visit');
    const loose = off('FF_VISIT_ENFORCEMENT');
    expect(await refusedWith(ask({ visit }, loose))).toBe('insufficient_funds');
    expect(await refusedWith(ask({ visit }, loose))).toBe('insufficient_funds');
    const opened = await query<{ card_id: number }>(
      db.sequelize,
      `SELECT vc.card_id FROM visit_cards vc JOIN visits v ON v.id = vc.visit_id AND v.state = 'active' WHERE vc.card_id = $1`,
      [card.card_id],
    );
    expect(opened).toHaveLength(1);
    const missing = await aCard(bar, { state: 'missing' });
    expect(await refusedWith(ask({ visit: { ...scene.visit, uid: missing.uid } }, loose))).toBe(
      'no_active_visit',
    );
    expect((await verifyBooks(bar.deps)).broken).toEqual([]);
  });

  it('FF_VISIT_ENFORCEMENT: free beer flows for a card that nobody issued', async () => {
    const tap = await aTap(bar, { price_minor_per_litre: 0 });
    const visit = { ...scene.visit, uid: (await aCard(bar)).uid };
    const grant = await granted(ask({ visit, tap }, off('FF_VISIT_ENFORCEMENT')));
    await settleReport(bar.deps, { node_id: tap.node_id }, aReport(grant));
    expect((await verifyBooks(bar.deps)).broken).toEqual([]);
  });

  it('FF_SYNC_STATUS_ENFORCEMENT: a tap that waits for a pour sells on, and that is audited', async () => {
    const { grant } = await aPourGranted(scene);
    await endLease(bar.deps, grant.grant_id);
    const visit = await aVisit(bar, { balance: minor(50_000) });
    expect(await refusedWith(ask({ visit }))).toBe('tap_processing_sync');
    await granted(ask({ visit }, off('FF_SYNC_STATUS_ENFORCEMENT')));
    expect(await auditActions(bar, 'flag.%')).toEqual(['flag.waived']);
  });

  it('FF_BACKEND_SHIFT_AUTHORITY: the server opens the shift that is needed', async () => {
    await change(`UPDATE shifts SET state = 'closed', closed_at = now(), z_number = 1`);
    expect(await refusedWith(ask())).toBe('shift_closed');
    await granted(ask({}, off('FF_BACKEND_SHIFT_AUTHORITY')));
    expect(await query(db.sequelize, `SELECT 1 FROM shifts WHERE state = 'open'`)).toHaveLength(1);
  });

  it('FF_LOST_CARD_ENFORCEMENT: a lost card pours for the visit it was lost in, with an alert in the trail', async () => {
    await reportCardLost(bar.deps, bar.actor, {
      request_id: bar.deps.random.uuid(),
      visit_id: scene.visit.visit_id,
      reason: 'Lost',
    });
    expect(await refusedWith(ask())).toBe('lost_card');
    const grant = await granted(ask({}, off('FF_LOST_CARD_ENFORCEMENT')));
    await settleReport(bar.deps, scene.node, aReport(grant));
    expect(await look(scene, grant.client_tx_id)).toMatchObject({ grant: 'settled', balance_minor: 85_000 });
    expect(await auditActions(bar, 'flag.%')).toEqual(['flag.waived']);
  });
});

it('H30: reserves are of the guest: an anonymous second visit of another guest is not touched by them', async () => {
  await aPourGranted(scene);
  const { guest_id } = await aGuest(bar, { balance: minor(30_000) });
  const visit = await aVisit(bar, { guest_id });
  const tap = await aTap(bar);
  expect((await granted(ask({ visit, tap }))).limit_ml).toBe(1_000);
});
