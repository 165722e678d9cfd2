import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { query } from '../db/query.ts';
import { aBar, aCard, anOperator, aVisit, aVisitWithoutCard } from '../testing/builders.ts';
import type { Bar } from '../testing/builders.ts';
import { aScene, asking, auditActions, refusedWith } from '../testing/pours.ts';
import { refusalOf } from '../testing/refusals.ts';
import { testDatabase } from '../testing/testDatabase.ts';
import type { TestDatabase } from '../testing/testDatabase.ts';
import { authorisePour } from './authorisePour.ts';
import { issueCard } from './issueCard.ts';
import { retireCard } from './retireCard.ts';
import type { Actor } from './support/deps.ts';

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
afterAll(() => db.drop());

const retire = (uid: string, request_id: string = randomUUID()) =>
  retireCard(bar.deps, lead, { request_id, uid, reason: 'треснула', approver: null });

it.each(['available', 'missing'] as const)(
  'a card that is %s leaves the pool for good, once, with its reason; no visit gets it, no tap opens',
  async (state) => {
    const { uid } = await aCard(bar, { state });
    const request_id = randomUUID();
    expect(await retire(uid, request_id)).toEqual({ uid, state: 'retired', visit_id: null });
    expect(await retire(uid.toLowerCase(), request_id)).toEqual({ uid, state: 'retired', visit_id: null });
    expect((await retire(uid)).state).toBe('retired');
    expect(
      await query(db.sequelize, `SELECT reason, operator_id FROM audit_events WHERE action = 'card.retired'`),
    ).toEqual([{ reason: 'треснула', operator_id: lead.operator_id }]);
    const { visit_id } = await aVisitWithoutCard(bar);
    const issue = { request_id: randomUUID(), visit_id, expected_version: 1, card_uid: uid };
    expect((await refusalOf(issueCard(bar.deps, bar.actor, issue))).code).toBe('card.not_available');
    const scene = await aScene(bar);
    const asked = asking({ ...scene, visit: { ...scene.visit, uid } });
    expect(await refusedWith(authorisePour(bar.deps, scene.node, asked))).toBe('no_active_visit');
  },
);

it('a card that somebody holds, a lost one and an unknown one stay what they are', async () => {
  const { uid, visit_id } = await aVisit(bar);
  expect(await refusalOf(retire(uid))).toMatchObject({ code: 'card.not_available', params: { visit_id } });
  const lost = await aCard(bar, { state: 'lost' });
  expect((await refusalOf(retire(lost.uid))).code).toBe('card.lost');
  expect((await refusalOf(retire('04FFFFFFFFFF80'))).code).toBe('input.invalid');
  expect(await auditActions(bar, 'card.%')).toEqual([]);
});

it('a cashier takes a card out of the pool with a shift lead’s PIN, and not without', async () => {
  const { uid } = await aCard(bar);
  const asked = { request_id: randomUUID(), uid, reason: 'не читается' };
  const alone = retireCard(bar.deps, bar.actor, { ...asked, approver: null });
  expect((await refusalOf(alone)).code).toBe('approval.needed');
  expect((await retireCard(bar.deps, bar.actor, { ...asked, approver: lead })).state).toBe('retired');
  expect(
    await query(db.sequelize, `SELECT operator_id, details FROM audit_events WHERE action = 'card.retired'`),
  ).toEqual([{ operator_id: bar.actor.operator_id, details: { approved_by: lead.operator_id } }]);
});
