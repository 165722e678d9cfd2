import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { query } from '../db/query.ts';
import { aBar, aCard, aVisit, aVisitWithoutCard, countRows } from '../testing/builders.ts';
import type { Bar } from '../testing/builders.ts';
import { refusalOf } from '../testing/refusals.ts';
import { testDatabase } from '../testing/testDatabase.ts';
import type { TestDatabase } from '../testing/testDatabase.ts';
import { addCardToPool } from './addCardToPool.ts';
import { issueCard } from './issueCard.ts';
import { lookUpCard } from './lookUpCard.ts';

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

it('a card is issued once, however often the request is delivered', async () => {
  const { visit_id } = await aVisitWithoutCard(bar);
  const input = asked(visit_id);
  const first = await issueCard(bar.deps, bar.actor, input);
  expect(first).toEqual({ visit_id, version: 2 });
  expect(await issueCard(bar.deps, bar.actor, input)).toEqual(first);
  expect(await countRows(bar, 'visit_cards')).toBe(1);
  expect(await lookUpCard(bar.deps, { uid: UID })).toEqual({ uid: UID, state: 'assigned', visit_id });
});

it('a visit that another till has changed is not touched: the answer has the present version', async () => {
  const { visit_id } = await aVisitWithoutCard(bar);
  await query(db.sequelize, 'UPDATE visits SET version = 5 WHERE id = $1', [visit_id]);
  expect(await refusalOf(issueCard(bar.deps, bar.actor, asked(visit_id)))).toEqual({
    code: 'visit.changed',
    params: { visit_id, version: 5 },
  });
});

it('a visit has at most one card, and a closed or unknown one gets none', async () => {
  const { visit_id } = await aVisit(bar);
  expect((await refusalOf(issueCard(bar.deps, bar.actor, asked(visit_id)))).code).toBe('visit.has_card');
  expect((await refusalOf(issueCard(bar.deps, bar.actor, asked(4711)))).code).toBe('visit.not_found');
  const closed = await aVisitWithoutCard(bar);
  await query(
    db.sequelize,
    `UPDATE visits SET state = 'closed', closed_at = now(), close_reason = 'test' WHERE id = $1`,
    [closed.visit_id],
  );
  expect((await refusalOf(issueCard(bar.deps, bar.actor, asked(closed.visit_id)))).code).toBe('visit.closed');
});

it('a lost card is refused, somebody else’s card names the visit that has it', async () => {
  const { visit_id } = await aVisitWithoutCard(bar);
  const lost = await aCard(bar, { state: 'lost' });
  expect(
    (await refusalOf(issueCard(bar.deps, bar.actor, asked(visit_id, { card_uid: lost.uid })))).code,
  ).toBe('card.lost');
  const other = await aVisit(bar);
  expect(await refusalOf(issueCard(bar.deps, bar.actor, asked(visit_id, { card_uid: other.uid })))).toEqual({
    code: 'card.not_available',
    params: { card_id: other.card_id, state: 'assigned', visit_id: other.visit_id },
  });
});

it('a card unknown to the till joins the pool by a scan, a missing one comes back, any other stays what it is', async () => {
  expect(await lookUpCard(bar.deps, { uid: UID })).toEqual({ uid: UID, state: 'unknown', visit_id: null });
  const joined = { uid: UID, state: 'available', visit_id: null };
  expect(await addCardToPool(bar.deps, bar.actor, { uid: '04-a1-b2-c3-d4-e5-f6' })).toEqual(joined);
  expect(await addCardToPool(bar.deps, bar.actor, { uid: UID })).toEqual(joined);
  const missing = await aCard(bar, { state: 'missing' });
  expect((await addCardToPool(bar.deps, bar.actor, missing)).state).toBe('available');
  const lost = await aCard(bar, { state: 'lost' });
  expect((await addCardToPool(bar.deps, bar.actor, lost)).state).toBe('lost');
  const audit = await query(db.sequelize, 'SELECT action FROM audit_events ORDER BY id');
  expect(audit).toEqual([{ action: 'card.joined' }, { action: 'card.came_back' }]);
  expect((await refusalOf(lookUpCard(bar.deps, { uid: 'beer' }))).code).toBe('card.not_a_uid');
});
