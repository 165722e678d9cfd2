import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { isOlderTill } from '#domain/node/tillLife';
import { query, queryOne } from '../db/query.ts';
import { tillLife } from '../queries/tillLife.ts';
import { aBar, anOperator, aTap } from '../testing/builders.ts';
import type { Bar } from '../testing/builders.ts';
import { auditActions } from '../testing/pours.ts';
import { race, refusalOf } from '../testing/refusals.ts';
import { testDatabase } from '../testing/testDatabase.ts';
import type { TestDatabase } from '../testing/testDatabase.ts';
import { takeOverTaps } from './takeOverTaps.ts';
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

const asking = () => ({ request_id: randomUUID(), reason: 'диск вернули из копии', approver: lead });
const counters = () =>
  query<{ id: number; short_code_counter: number }>(
    db.sequelize,
    'SELECT id, short_code_counter FROM taps ORDER BY id',
  );

it('H27: taps that have heard a later till obey this one again once a shift lead’s PIN gave it a new life, and refuse the other', async () => {
  await aTap(bar);
  const here = await tillLife(bar);
  const later = { ...here, commit_mark: here.commit_mark + 50 };
  expect(isOlderTill(later, here, later.commit_mark)).toBe(true);
  const before = await counters();
  const input = asking();
  const answer = await takeOverTaps(bar.deps, bar.actor, input);
  expect(await takeOverTaps(bar.deps, bar.actor, input)).toEqual(answer);
  const now = await tillLife(bar);
  expect(now.incarnation).toBe(answer.incarnation);
  expect(isOlderTill(later, now, later.commit_mark)).toBe(false);
  expect(isOlderTill(now, later, now.commit_mark)).toBe(true);
  expect(await counters()).toEqual(
    before.map(({ id, short_code_counter }) => ({
      id,
      short_code_counter: (short_code_counter + 500) % 1000,
    })),
  );
  expect(await auditActions(bar)).toEqual(['till.took_over']);
});

it('numbers that guests have on their slips are not given again', async () => {
  const next = () =>
    queryOne<{ guest: number; visit: number }>(
      db.sequelize,
      `SELECT nextval(pg_get_serial_sequence('guests', 'id')) AS guest, nextval(pg_get_serial_sequence('visits', 'id')) AS visit`,
    );
  const before = await next();
  await takeOverTaps(bar.deps, bar.actor, asking());
  const after = await next();
  expect(after.guest - before.guest).toBeGreaterThan(1_000);
  expect(after.visit - before.visit).toBeGreaterThan(1_000);
});

it('each who takes over begins a life above the one before, and a cashier’s word is not enough', async () => {
  const lives = await race(4, () => takeOverTaps(bar.deps, bar.actor, asking()));
  expect(new Set(lives.won.map(({ incarnation }) => incarnation)).size).toBe(4);
  const approver = { operator_id: bar.actor.operator_id, role: 'cashier' as const };
  for (const nobody of [null, approver])
    expect((await refusalOf(takeOverTaps(bar.deps, bar.actor, { ...asking(), approver: nobody }))).code).toBe(
      'approval.needed',
    );
});
