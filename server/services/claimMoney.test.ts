import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { minor } from '#domain/quantity/money';
import { inTransaction } from '../db/inTransaction.ts';
import { query } from '../db/query.ts';
import { liabilities } from '../queries/shiftFigures.ts';
import { aBar, aGuest, anOpenShift, anOperator, balanceOf, countRows } from '../testing/builders.ts';
import type { Bar } from '../testing/builders.ts';
import { patiently } from '../testing/patience.ts';
import { auditActions } from '../testing/pours.ts';
import { race, refusalOf } from '../testing/refusals.ts';
import { testDatabase } from '../testing/testDatabase.ts';
import type { TestDatabase } from '../testing/testDatabase.ts';
import { guestView } from '../queries/guests.ts';
import { claimMoney } from './claimMoney.ts';
import type { ClaimMoney } from './claimMoney.ts';
import { eraseGuest } from './eraseGuest.ts';
import type { Actor } from './support/deps.ts';
import { bookOldMoney } from './support/oldMoney.ts';
import { verifyBooks } from './verifyBooks.ts';

let db: TestDatabase;
let bar: Bar;
let lead: Actor;
let guest_id: number;
let other_id: number;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.drop());
/** 5,000 of the guest and 3,000 of another one were booked to `unclaimed`. */
beforeEach(async () => {
  await db.truncate();
  bar = await aBar(db);
  lead = await anOperator(bar, { role: 'shift_lead' });
  const { shift_id } = await anOpenShift(bar);
  ({ guest_id } = await aGuest(bar, { balance: minor(5_000) }));
  ({ guest_id: other_id } = await aGuest(bar, { balance: minor(3_000) }));
  await query(db.owner, `UPDATE guests SET created_at = now() - interval '400 days'`);
  await inTransaction(db.sequelize, (unit) => bookOldMoney(unit, bar.deps, { shift_id, actor: lead }));
});

const claiming = (amount_minor: number, change: Partial<ClaimMoney> = {}): ClaimMoney => ({
  request_id: randomUUID(),
  guest_id,
  amount_minor,
  reason: 'вернулся с чеком',
  approver: { operator_id: lead.operator_id, role: 'shift_lead' },
  ...change,
});
const unclaimed = async () => (await liabilities(db.sequelize)).unclaimed_minor;

it('is on the guest’s account again, once for a request, and the trail says by whose word', async () => {
  expect(await balanceOf(bar, guest_id)).toBe(0);
  const input = claiming(2_000);
  const answer = await claimMoney(bar.deps, bar.actor, input);
  expect(answer).toEqual({ guest_id, balance_minor: 2_000, unclaimed_minor: 3_000 });
  expect(await claimMoney(bar.deps, bar.actor, input)).toEqual(answer);
  expect([await balanceOf(bar, guest_id), await unclaimed()]).toEqual([2_000, 6_000]);
  expect(await auditActions(bar, 'guest.money_claimed')).toHaveLength(1);
  expect((await verifyBooks(bar.deps)).broken).toEqual([]);
});

it('is never more than was booked of this guest, whatever else lies there', async () => {
  const refused = (unclaimed_minor: number) => ({
    code: 'money.above_unclaimed',
    params: { guest_id, unclaimed_minor },
  });
  expect(await refusalOf(claimMoney(bar.deps, bar.actor, claiming(5_001)))).toEqual(refused(5_000));
  await claimMoney(bar.deps, bar.actor, claiming(4_999));
  expect(await refusalOf(claimMoney(bar.deps, bar.actor, claiming(2)))).toEqual(refused(1));
  expect([await balanceOf(bar, guest_id), await unclaimed()]).toEqual([4_999, 3_001]);
  expect((await guestView(db.sequelize, guest_id)).unclaimed_minor).toBe(1);
});

it('needs a shift lead’s PIN, also of a shift lead, and a guest who is known', async () => {
  const codeOf = async (input: ClaimMoney) => (await refusalOf(claimMoney(bar.deps, lead, input))).code;
  expect(await codeOf(claiming(1, { approver: null }))).toBe('approval.needed');
  expect(await codeOf(claiming(1, { guest_id: 999_999 }))).toBe('guest.not_found');
  await eraseGuest(bar.deps, lead, {
    request_id: randomUUID(),
    guest_id: other_id,
    reason: 'просит забыть',
    remainder: 'none',
    approver: { operator_id: lead.operator_id, role: 'shift_lead' },
  });
  expect(await codeOf(claiming(1, { guest_id: other_id }))).toBe('guest.erased');
  expect(await unclaimed()).toBe(8_000);
});

it('sixteen who give back all of it at once: one does, the books have it once', async () => {
  const deps = { ...bar.deps, sequelize: patiently(db) };
  const before = await countRows(bar, 'ledger_transactions');
  try {
    const { won, codes } = await race(16, () => claimMoney(deps, bar.actor, claiming(5_000)));
    expect(won).toEqual([{ guest_id, balance_minor: 5_000, unclaimed_minor: 0 }]);
    expect(codes).toEqual(Array.from({ length: 15 }, () => 'money.above_unclaimed'));
  } finally {
    await deps.sequelize.close();
  }
  expect(await countRows(bar, 'ledger_transactions')).toBe(before + 1);
  expect([await balanceOf(bar, guest_id), await unclaimed()]).toEqual([5_000, 3_000]);
  expect((await verifyBooks(bar.deps)).broken).toEqual([]);
});
