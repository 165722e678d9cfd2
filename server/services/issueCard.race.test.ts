import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { query, queryOne } from '../db/query.ts';
import { aBar, aCard, aVisitWithoutCard } from '../testing/builders.ts';
import type { Bar } from '../testing/builders.ts';
import { race } from '../testing/refusals.ts';
import { testDatabase } from '../testing/testDatabase.ts';
import type { TestDatabase } from '../testing/testDatabase.ts';
import { issueCard } from './issueCard.ts';

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

const UID = '04A1B2C3D4E5F6';
const asked = (visit_id: number, change: { card_uid?: string; expected_version?: number } = {}) => ({
  request_id: randomUUID(),
  visit_id,
  expected_version: 1,
  card_uid: UID,
  ...change,
});

it('invariant 1: of 16 visits that are given one card at once, one gets it', async () => {
  const card = await aCard(bar);
  const visits = await Promise.all(Array.from({ length: 16 }, () => aVisitWithoutCard(bar)));
  const { won, codes } = await race(16, (index) =>
    issueCard(bar.deps, bar.actor, asked(visits[index]!.visit_id, { card_uid: card.uid })),
  );
  expect(won).toHaveLength(1);
  expect(codes).toEqual(Array.from({ length: 15 }, () => 'card.not_available'));
  expect(await query(db.sequelize, 'SELECT visit_id FROM visit_cards WHERE ended_at IS NULL')).toEqual([
    { visit_id: won[0]!.visit_id },
  ]);
});

it('of 16 cards that are given to one visit at once, one stays; the others hold an old version', async () => {
  const { visit_id } = await aVisitWithoutCard(bar);
  const cards = await Promise.all(Array.from({ length: 16 }, () => aCard(bar)));
  const { won, codes } = await race(16, (index) =>
    issueCard(bar.deps, bar.actor, asked(visit_id, { card_uid: cards[index]!.uid })),
  );
  expect(won).toHaveLength(1);
  expect(codes).toEqual(Array.from({ length: 15 }, () => 'visit.changed'));
  const { free } = await queryOne<{ free: number }>(
    db.sequelize,
    `SELECT count(*) AS free FROM cards WHERE state = 'available'`,
  );
  expect(free).toBe(15);
});
