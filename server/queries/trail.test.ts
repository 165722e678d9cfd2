import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { auditListInput, eventListInput } from '#domain/protocol/trail';
import { query } from '../db/query.ts';
import { authorisePour } from '../services/authorisePour.ts';
import { setBlocked } from '../services/setBlocked.ts';
import { setConsent } from '../services/setConsent.ts';
import { aBar } from '../testing/builders.ts';
import type { Bar } from '../testing/builders.ts';
import { aScene, asking } from '../testing/pours.ts';
import type { Scene } from '../testing/pours.ts';
import { testDatabase } from '../testing/testDatabase.ts';
import type { TestDatabase } from '../testing/testDatabase.ts';
import { auditList, eventList } from './trail.ts';

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
  const { guest_id } = scene.visit;
  await setConsent(bar.deps, bar.actor, { request_id: bar.deps.random.uuid(), guest_id, given: true });
  const block = { guest_id, blocked: true, reason: 'драка' };
  await setBlocked(bar.deps, bar.actor, { request_id: bar.deps.random.uuid(), ...block });
  for (let n = 0; n < 3; n += 1) await authorisePour(bar.deps, scene.node, asking(scene));
});
afterAll(() => db.drop());

const audit = async (filter: object) =>
  (await auditList(db.sequelize, auditListInput.parse(filter))).map(({ action }) => action);

describe('the trail', () => {
  it('is shown newest first with who, where, why, and how often a refusal came again', async () => {
    const rows = await auditList(db.sequelize, auditListInput.parse({}));
    expect(rows.map(({ action }) => action)).toEqual([
      'pour.refused',
      'guest.blocked',
      'guest.consent_given',
    ]);
    expect(rows[0]).toMatchObject({ tap_number: scene.tap.number, repeats: 2, operator_id: null });
    expect(rows[1]).toMatchObject({ reason: 'драка', operator_id: bar.actor.operator_id });
    expect(rows[1]?.operator_name).toMatch(/^Operator/);
  });

  it('is filtered by kind, person, visit, tap and time, a page at a time', async () => {
    expect(await audit({ action: 'guest.' })).toEqual(['guest.blocked', 'guest.consent_given']);
    expect(await audit({ action: 'guest' })).toHaveLength(2);
    expect(await audit({ action: 'guest.blocked' })).toEqual(['guest.blocked']);
    expect(await audit({ action: 'guest.block' })).toEqual([]);
    expect(await audit({ operator_id: bar.actor.operator_id })).toHaveLength(2);
    expect(await audit({ visit_id: scene.visit.visit_id, tap_id: scene.tap.tap_id })).toEqual([
      'pour.refused',
    ]);
    expect(await audit({ guest_id: 999 })).toEqual([]);
    expect(await audit({ to: '2020-01-01T00:00:00Z' })).toEqual([]);
    expect(await audit({ from: '2020-01-01T00:00:00Z', limit: 1 })).toEqual(['pour.refused']);
    const [newest] = await query<{ id: number }>(db.sequelize, 'SELECT max(id) AS id FROM audit_events');
    expect(await audit({ before_id: newest?.id })).toHaveLength(2);
  });

  it.each(['x; DROP TABLE audit_events', 'Guest', '%', ''])('%j is no kind of entry', (action) => {
    expect(auditListInput.safeParse({ action }).success).toBe(false);
  });
});

it('events are listed by kind and visit', async () => {
  const list = (filter: object) => eventList(db.sequelize, eventListInput.parse(filter));
  const { visit_id } = scene.visit;
  expect((await list({ type: 'visit.changed', visit_id })).length).toBe(2);
  const [refused] = await list({ type: 'tap.refused' });
  expect(refused).toMatchObject({ tap_id: scene.tap.tap_id });
  expect(await list({ visit_id: 999 })).toEqual([]);
});
