import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { FLAGS } from '#domain/flags';
import type { Flag } from '#domain/flags';
import { queryOne } from '../db/query.ts';
import { aBar, aTap } from '../testing/builders.ts';
import type { Bar } from '../testing/builders.ts';
import { aReport, aScene, asking, granted } from '../testing/pours.ts';
import { testDatabase } from '../testing/testDatabase.ts';
import type { TestDatabase } from '../testing/testDatabase.ts';
import { authorisePour } from './authorisePour.ts';
import { endLease } from './endLease.ts';
import { reconcilePour } from './reconcilePour.ts';
import { reportCardLost } from './reportCardLost.ts';
import { settleReport } from './settleReport.ts';
import { verifyBooks } from './verifyBooks.ts';

let db: TestDatabase;
let bar: Bar;
beforeAll(async () => {
  db = await testDatabase();
});
beforeEach(async () => {
  await db.truncate();
  bar = await aBar(db);
});
afterAll(() => db.drop());

const pairs = FLAGS.flatMap((first, at) => FLAGS.slice(at + 1).map((second): Flag[] => [first, second]));
const settings: Flag[][] = [[], ...FLAGS.map((flag) => [flag]), ...pairs, [...FLAGS]];

it.each(settings.map((off) => [off.join(' and ') || 'nothing', off] as const))(
  'invariants 2, 3, 4, 6, 7 and 8 hold with %s off',
  async (_, off) => {
    const flag_overrides = Object.fromEntries(off.map((flag) => [flag, false]));
    const deps = { ...bar.deps, flag_overrides };
    const scene = await aScene({ ...bar, deps });
    const taps = [scene.tap, await aTap(bar), await aTap(bar)];
    const lead = { ...bar.actor, role: 'shift_lead' as const };
    const { visit_id } = scene.visit;
    await db.owner.query(`UPDATE settings SET value = value || '{"max_pour_ml": 600}' WHERE key = 'pour'`);

    const ask = (tap: (typeof taps)[number]) =>
      authorisePour(deps, { node_id: tap.node_id }, asking({ ...scene, tap }));
    const first = await granted(ask(taps[0]!));
    const second = await ask(taps[1]!);
    expect(second.outcome).toBe(off.includes('FF_ACTIVE_TAP_LOCK') ? 'granted' : 'refused');
    await reportCardLost(deps, bar.actor, { request_id: bar.deps.random.uuid(), visit_id, reason: 'Lost' });
    const third = await ask(taps[2]!);
    await endLease(deps, first.grant_id);
    const { short_id, grant_id } = first;
    await reconcilePour(deps, lead, {
      request_id: bar.deps.random.uuid(),
      visit_id,
      grant_id,
      ml: 600,
      short_id,
      reason: 'Silent',
      approver: null,
    });
    await settleReport(deps, scene.node, aReport(first, { metered_ml: 610 }));
    for (const [answer, tap] of [
      [second, taps[1]!],
      [third, taps[2]!],
    ] as const)
      if (answer.outcome === 'granted')
        await settleReport(
          deps,
          { node_id: tap.node_id },
          aReport(answer.grant, { metered_ml: answer.grant.limit_ml }),
        );

    const { debits, most, unsettled, balance } = await queryOne<
      Record<'debits' | 'most' | 'unsettled' | 'balance', number>
    >(
      db.sequelize,
      `SELECT (SELECT count(*) FROM ledger_transactions WHERE kind = 'pour') AS debits,
         (SELECT max(n) FROM (SELECT count(*) AS n FROM ledger_transactions WHERE kind = 'pour' GROUP BY grant_id) t) AS most,
         (SELECT count(*) FROM grants WHERE state IN ('open', 'orphaned')) AS unsettled,
         (SELECT balance_minor FROM guest_accounts WHERE guest_id = $1) AS balance`,
      [scene.visit.guest_id],
    );
    const poured = [second, third].filter((answer) => answer.outcome === 'granted').length;
    expect({ debits, most, unsettled }).toEqual({ debits: 1 + poured, most: 1, unsettled: 0 });
    expect(balance).toBe(100_000 - 18_000 * (1 + poured));
    expect((await verifyBooks(deps)).broken).toEqual([]);
  },
);
