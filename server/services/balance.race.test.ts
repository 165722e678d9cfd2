import { randomUUID } from 'node:crypto';
import type { Sequelize } from 'sequelize';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { cost } from '#domain/quantity/pricing';
import { minorPerLitre } from '#domain/quantity/money';
import { millilitres } from '#domain/quantity/volume';
import { DomainError } from '#domain/errors';
import { query, queryOne } from '../db/query.ts';
import { aBar } from '../testing/builders.ts';
import { patiently } from '../testing/patience.ts';
import { aPourGranted, aReport, aScene } from '../testing/pours.ts';
import type { Scene } from '../testing/pours.ts';
import { testDatabase } from '../testing/testDatabase.ts';
import type { TestDatabase } from '../testing/testDatabase.ts';
import { refund } from './refund.ts';
import { settleReport } from './settleReport.ts';
import { topUp } from './topUp.ts';
import { verifyBooks } from './verifyBooks.ts';

const ROUNDS = 1_000;
let db: TestDatabase;
let sequelize: Sequelize;
beforeAll(async () => {
  db = await testDatabase();
  sequelize = patiently(db);
});
afterAll(async () => {
  await sequelize.close();
  await db.drop();
});

const key = ({ visit }: Scene) => ({ request_id: randomUUID(), visit_id: visit.visit_id });

/** A refund is of the visit as it was seen; when it has changed the cashier looks and confirms again. */
async function giveBack(scene: Scene, amount_minor: number): Promise<void> {
  const { bar, visit } = scene;
  const lead = { ...bar.actor, role: 'shift_lead' as const };
  for (;;) {
    const { expected_version } = await queryOne<{ expected_version: number }>(
      bar.sequelize,
      'SELECT version AS expected_version FROM visits WHERE id = $1',
      [visit.visit_id],
    );
    try {
      const giving = { amount_minor, expected_version, method: 'cash' as const, reason: 'Wants it' };
      await refund(bar.deps, lead, { ...key(scene), ...giving });
      return;
    } catch (error) {
      if (!(error instanceof DomainError) || error.code !== 'visit.changed') throw error;
    }
  }
}

it(
  'invariant 7: a top-up, a refund and a settle of one guest at once, 1,000 times: the balance is the sum of its entries each time',
  async () => {
    const bar = await aBar({ sequelize });
    const scene = await aScene(bar);
    await query(
      db.owner,
      `UPDATE settings SET value = value || '{"max_pour_ml": 100, "daily_limit_ml": 1000000}' WHERE key = 'pour'`,
    );
    let expected = 100_000;
    const rounds: unknown[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const { grant } = await aPourGranted(scene);
      const paid = 1 + ((round * 7919) % 997);
      const given = 1 + ((round * 104_729) % 499);
      const metered_ml = 1 + (round % 20);
      const report = aReport(grant, { metered_ml, seq: round + 1 });
      await Promise.all([
        topUp(bar.deps, bar.actor, { ...key(scene), amount_minor: paid, method: 'cash' }),
        giveBack(scene, given),
        settleReport(bar.deps, scene.node, report),
      ]);
      expected += paid - given - cost(millilitres(metered_ml), minorPerLitre(grant.price_minor_per_litre));
      const stands = await queryOne<{ balance: number; entries: number }>(
        sequelize,
        `SELECT a.balance_minor AS balance, (SELECT coalesce(sum(e.amount_minor), 0)::bigint FROM ledger_entries e
           JOIN ledger_accounts l ON l.id = e.account_id WHERE l.kind = 'guest' AND l.guest_id = a.guest_id) AS entries
         FROM guest_accounts a WHERE a.guest_id = $1`,
        [scene.visit.guest_id],
      );
      if (stands.balance !== expected || stands.entries !== expected)
        rounds.push({ round, expected, ...stands });
    }
    expect(rounds).toEqual([]);
    expect(await verifyBooks(bar.deps)).toMatchObject({ ok: true, broken: [] });
  },
  20 * 60_000,
);
