import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { minor } from '#domain/quantity/money';
import type { ZReport } from '#domain/shift/zReport';
import { queryOne } from '../db/query.ts';
import { aBar, anOperator, aVisit } from '../testing/builders.ts';
import type { Bar } from '../testing/builders.ts';
import { race } from '../testing/refusals.ts';
import { testDatabase } from '../testing/testDatabase.ts';
import type { TestDatabase } from '../testing/testDatabase.ts';
import { closeShift } from './closeShift.ts';
import { closeVisit } from './closeVisit.ts';
import { openShift } from './openShift.ts';
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

const opening = (float_minor = 500_000) => ({ request_id: randomUUID(), float_minor });
const counting = (counted_cash_minor: number) => ({ request_id: randomUUID(), counted_cash_minor });
const leave = (visit_id: number, expected_version: number) =>
  closeVisit(bar.deps, lead, {
    request_id: randomUUID(),
    visit_id,
    expected_version,
    reason: 'уходит',
    card_returned: true,
    remainder: 'refund',
    method: 'cash',
  });

it('invariant 10: of 16 who close the shift at once one does', async () => {
  await openShift(bar.deps, lead, opening(0));
  const { won, codes } = await race(16, () => closeShift(bar.deps, lead, counting(0)));
  expect(won).toHaveLength(1);
  expect(codes).toEqual(Array.from({ length: 15 }, () => 'shift.closed'));
});

it('while 12 visits are being closed the Z comes after the last of them and has every refund', async () => {
  await openShift(bar.deps, lead, opening(0));
  const visits = await Promise.all(Array.from({ length: 12 }, () => aVisit(bar, { balance: minor(100) })));
  const closeAtLast = async () => {
    for (;;) {
      try {
        return await closeShift(bar.deps, lead, counting(0));
      } catch (error) {
        if (!(error instanceof Error) || error.message !== 'shift.precheck_failed') throw error;
      }
    }
  };
  const [closed] = await Promise.all([closeAtLast(), ...visits.map((visit) => leave(visit.visit_id, 1))]);
  expect(closed.expected_cash_minor).toBe(-1_200);
  const { z } = await queryOne<{ z: ZReport }>(db.sequelize, 'SELECT z_report AS z FROM shifts');
  expect(z.methods[0]).toMatchObject({ refund_count: 12, refunds_minor: 1_200 });
  expect(z.liabilities.guests_minor).toBe(0);
});
