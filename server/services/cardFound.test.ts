import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { query } from '../db/query.ts';
import { lostCards } from '../queries/lostCards.ts';
import { aBar, aVisit, countRows } from '../testing/builders.ts';
import type { Bar } from '../testing/builders.ts';
import { refusalOf } from '../testing/refusals.ts';
import { testDatabase } from '../testing/testDatabase.ts';
import type { TestDatabase } from '../testing/testDatabase.ts';
import { cardFound } from './cardFound.ts';
import { issueCard } from './issueCard.ts';
import { lookUpCard } from './lookUpCard.ts';
import { reportCardLost } from './reportCardLost.ts';

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

const id = () => ({ request_id: randomUUID() });
async function lose() {
  const visit = await aVisit(bar, { name: 'Игорь' });
  await reportCardLost(bar.deps, bar.actor, { ...id(), visit_id: visit.visit_id, reason: 'потерял' });
  const [row] = await lostCards(db.sequelize);
  if (!row) throw new Error('the list has no report');
  return { visit, row };
}

it('a lost card is listed with whose it was, why and by whom, and no visit may have it', async () => {
  const { visit, row } = await lose();
  expect(row).toMatchObject({
    card_uid: visit.uid,
    visit_id: visit.visit_id,
    guest_id: visit.guest_id,
    guest_name: 'Игорь',
    reason: 'потерял',
    found_at: null,
    found_by: null,
  });
  expect(row.reported_by).not.toBeNull();
  const other = await aVisit(bar);
  const issue = { ...id(), visit_id: other.visit_id, expected_version: 1, card_uid: visit.uid };
  expect((await refusalOf(issueCard(bar.deps, bar.actor, issue))).code).toMatch(/card.lost|visit.has_card/);
});

it('found again it is back in the pool, once however often it is said, and may be issued and lost anew', async () => {
  const { visit, row } = await lose();
  const input = { ...id(), lost_id: row.lost_id };
  await cardFound(bar.deps, bar.actor, input);
  expect(await cardFound(bar.deps, bar.actor, input)).toEqual({ lost_id: row.lost_id });
  await cardFound(bar.deps, bar.actor, { ...id(), lost_id: row.lost_id });
  expect((await lookUpCard(bar.deps, { uid: visit.uid })).state).toBe('available');
  const found = await query(db.sequelize, `SELECT action FROM audit_events WHERE action = 'card.found'`);
  expect(found).toHaveLength(1);
  const on = { visit_id: visit.visit_id, expected_version: 2, card_uid: visit.uid };
  await issueCard(bar.deps, bar.actor, { ...id(), ...on });
  await reportCardLost(bar.deps, bar.actor, { ...id(), visit_id: visit.visit_id, reason: 'снова' });
  const rows = await lostCards(db.sequelize);
  expect(rows.map(({ reason, found_at }) => [reason, found_at !== null])).toEqual([
    ['снова', false],
    ['потерял', true],
  ]);
  expect(rows[1]?.found_by).toBe(rows[0]?.reported_by);
});

it('a report that is not there is refused, and nothing is written', async () => {
  const input = { ...id(), lost_id: 4711 };
  expect((await refusalOf(cardFound(bar.deps, bar.actor, input))).code).toBe('input.invalid');
  expect(await countRows(bar, 'audit_events')).toBe(0);
});
