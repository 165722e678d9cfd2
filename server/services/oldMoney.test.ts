import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { minor } from '#domain/quantity/money';
import { inTransaction } from '../db/inTransaction.ts';
import { query, queryOne } from '../db/query.ts';
import { shiftReports } from '../queries/shiftReports.ts';
import { aBar, aGuest, anOpenShift, anOperator, aVisit, balanceOf } from '../testing/builders.ts';
import type { Bar } from '../testing/builders.ts';
import { ALL_HEARD, auditActions } from '../testing/pours.ts';
import { testDatabase } from '../testing/testDatabase.ts';
import type { TestDatabase } from '../testing/testDatabase.ts';
import { closeShift } from './closeShift.ts';
import { closeVisit } from './closeVisit.ts';
import type { Actor } from './support/deps.ts';
import { bookOldMoney } from './support/oldMoney.ts';
import { verifyBooks } from './verifyBooks.ts';

let db: TestDatabase;
let bar: Bar;
let lead: Actor;
let shift_id: number;
beforeAll(async () => {
  db = await testDatabase();
});
beforeEach(async () => {
  await db.truncate();
  bar = await aBar(db);
  lead = await anOperator(bar, { role: 'shift_lead' });
  ({ shift_id } = await anOpenShift(bar));
});
afterAll(() => db.drop());

const close = () => {
  const counted = { request_id: randomUUID(), counted_cash_minor: 0, reason: 'пересчитано' };
  return closeShift({ ...bar.deps, live: ALL_HEARD }, lead, counted);
};
const leave = (visit_id: number) =>
  closeVisit(bar.deps, lead, {
    request_id: randomUUID(),
    visit_id,
    expected_version: 1,
    reason: 'уходит',
    card_returned: true,
    remainder: 'keep',
    method: 'cash',
  });
const daysAgo = async (days: number, guest_id: number) => {
  const ago = `now() - interval '${days} days'`;
  await query(db.owner, `UPDATE guests SET created_at = ${ago} WHERE id = $1`, [guest_id]);
  await query(db.owner, `UPDATE visits SET opened_at = ${ago}, closed_at = ${ago} WHERE guest_id = $1`, [
    guest_id,
  ]);
};
const unclaimed = async () =>
  (
    await queryOne<{ sum: number }>(
      db.sequelize,
      `SELECT coalesce(sum(e.amount_minor), 0)::bigint AS sum FROM ledger_entries e JOIN ledger_accounts a ON a.id = e.account_id
       WHERE a.kind = 'unclaimed'`,
    )
  ).sum;

describe('money that nobody came back for', () => {
  it('is unclaimed after the setting’s days, by the close of a shift, and stands on its Z', async () => {
    const gone = await aVisit(bar, { name: 'Давно', balance: minor(5_000) });
    await leave(gone.visit_id);
    await daysAgo(366, gone.guest_id);
    const lately = await aVisit(bar, { name: 'Недавно', balance: minor(7_000) });
    await leave(lately.visit_id);
    await daysAgo(364, lately.guest_id);
    const nameless = await aGuest(bar, { balance: minor(900) });
    await daysAgo(400, nameless.guest_id);
    await close();
    expect(await balanceOf(bar, gone.guest_id)).toBe(0);
    expect(await balanceOf(bar, nameless.guest_id)).toBe(0);
    expect(await balanceOf(bar, lately.guest_id)).toBe(7_000);
    expect(await unclaimed()).toBe(5_900);
    expect(await auditActions(bar, 'guest.money_unclaimed')).toHaveLength(2);
    const { z } = await shiftReports(db.sequelize, shift_id);
    expect(z?.liabilities).toMatchObject({ unclaimed_minor: 5_900 });
    expect((await verifyBooks(bar.deps)).broken).toEqual([]);
  });

  it('stays with a guest who is here, however long ago they came last', async () => {
    const here = await aVisit(bar, { name: 'Здесь', balance: minor(5_000) });
    await query(db.owner, `UPDATE guests SET created_at = now() - interval '3 years'`);
    await inTransaction(db.sequelize, (unit) => bookOldMoney(unit, bar.deps, { shift_id, actor: lead }));
    expect(await balanceOf(bar, here.guest_id)).toBe(5_000);
    expect(await unclaimed()).toBe(0);
  });

  it('the days are a setting', async () => {
    const gone = await aVisit(bar, { name: 'Давно', balance: minor(5_000) });
    await leave(gone.visit_id);
    await daysAgo(100, gone.guest_id);
    await query(db.sequelize, `INSERT INTO settings (key, value) VALUES ('till', '{"unclaimed_days": 90}')`);
    await close();
    expect(await balanceOf(bar, gone.guest_id)).toBe(0);
  });

  it('a guest who owes the house something is left to a person', async () => {
    const owing = await aVisit(bar, { name: 'Должник', balance: minor(5_000) });
    await leave(owing.visit_id);
    await daysAgo(500, owing.guest_id);
    await query(db.owner, `INSERT INTO ledger_accounts (kind, guest_id) VALUES ('receivable', $1)`, [
      owing.guest_id,
    ]);
    await query(
      db.owner,
      `WITH t AS (INSERT INTO ledger_transactions (kind, shift_id, guest_id, reason) VALUES ('adjustment', $1, $2, 'x') RETURNING id)
       INSERT INTO ledger_entries (transaction_id, account_id, amount_minor)
       SELECT t.id, a.id, CASE WHEN a.kind = 'sales' THEN 700 ELSE -700 END FROM t, ledger_accounts a
       WHERE a.kind = 'sales' OR a.kind = 'receivable' AND a.guest_id = $2`,
      [shift_id, owing.guest_id],
    );
    await close();
    expect(await balanceOf(bar, owing.guest_id)).toBe(5_000);
  });
});
