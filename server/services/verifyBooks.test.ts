import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { minor } from '#domain/quantity/money';
import { inTransaction } from '../db/inTransaction.ts';
import { query, queryOne } from '../db/query.ts';
import { aBar, aGrant, aGuest, aTap, aVisit, countRows } from '../testing/builders.ts';
import type { Bar, BuiltGrant, BuiltTap, BuiltVisit } from '../testing/builders.ts';
import { testDatabase } from '../testing/testDatabase.ts';
import type { TestDatabase } from '../testing/testDatabase.ts';
import { postLedger } from './support/postLedger.ts';
import { sealLedger } from './sealLedger.ts';
import { verifyBooks } from './verifyBooks.ts';

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

/** What somebody could do who owns the tables and wants the books to lie: no trigger fires. */
async function tamper(sql: string): Promise<void> {
  const tables = [
    'ledger_entries',
    'ledger_transactions',
    'ledger_seals',
    'ledger_sealed_entries',
    'grants',
    'shifts',
    'visits',
  ];
  await db.owner.transaction(async (transaction) => {
    for (const table of tables)
      await db.owner.query(`ALTER TABLE ${table} DISABLE TRIGGER USER`, { transaction });
    await db.owner.query(sql, { transaction });
    for (const table of tables)
      await db.owner.query(`ALTER TABLE ${table} ENABLE TRIGGER USER`, { transaction });
  });
}

type Poured = { grant: BuiltGrant; visit: BuiltVisit; tap: BuiltTap };
/** A pour of 500 ml for 150.00, settled as the till settles it. */
async function aPour(): Promise<Poured> {
  const visit = await aVisit(bar, { balance: minor(100_000) });
  const tap = await aTap(bar);
  const grant = await aGrant(bar, { visit, tap });
  await inTransaction(db.sequelize, async (unit) => {
    await query(unit, `UPDATE grants SET state = 'settled', ended_at = now() WHERE id = $1`, [
      grant.grant_id,
    ]);
    await query(unit, 'UPDATE visits SET active_tap_id = NULL, lock_set_at = NULL WHERE id = $1', [
      visit.visit_id,
    ]);
    await query(
      unit,
      `INSERT INTO pours (grant_id, client_tx_id, visit_id, guest_id, tap_id, keg_id, beverage_id, shift_id, short_id, metered_ml,
         billed_ml, price_minor_per_litre, cost_minor, paid_minor)
       SELECT id, client_tx_id, visit_id, guest_id, tap_id, keg_id, beverage_id, shift_id, short_id, 500, 500, price_minor_per_litre, 15000, 15000
       FROM grants WHERE id = $1`,
      [grant.grant_id],
    );
    await query(
      unit,
      `INSERT INTO keg_movements (keg_id, kind, out_ml, grant_id) VALUES ($1, 'pour', 500, $2)`,
      [tap.keg_id, grant.grant_id],
    );
    await postLedger(unit, {
      kind: 'pour',
      shift_id: null,
      guest_id: visit.guest_id,
      grant_id: grant.grant_id,
      lines: [
        { account: { kind: 'guest', guest_id: visit.guest_id }, amount_minor: -15_000 },
        { account: { kind: 'sales' }, amount_minor: 15_000 },
      ],
    });
  });
  return { grant, visit, tap };
}

describe('the sealer', () => {
  it('chains what is committed, once, and has nothing to do the second time', async () => {
    await aGuest(bar, { balance: minor(100) });
    expect(await sealLedger(bar.deps)).toEqual({ sealed: 2 });
    await aGuest(bar, { balance: minor(100) });
    expect(await sealLedger(bar.deps)).toEqual({ sealed: 2 });
    expect(await sealLedger(bar.deps)).toEqual({ sealed: 0 });
    const seals = await query<{ hash: string; prev_hash: string }>(
      db.sequelize,
      'SELECT hash, prev_hash FROM ledger_seals ORDER BY id',
    );
    expect(seals[1]!.prev_hash).toBe(seals[0]!.hash);
    expect(await verifyBooks(bar.deps)).toMatchObject({ ok: true, unsealed_entries: 0 });
  });

  it('skips nothing for ever: an entry with a smaller number that commits later is in a later seal', async () => {
    const { guest_id } = await aGuest(bar);
    const other = await aGuest(bar);
    const post = (unit: Parameters<typeof postLedger>[0], of: number) =>
      postLedger(unit, {
        kind: 'opening',
        shift_id: null,
        guest_id: of,
        lines: [
          { account: { kind: 'guest', guest_id: of }, amount_minor: 7 },
          { account: { kind: 'opening' }, amount_minor: -7 },
        ],
      });
    await inTransaction(db.sequelize, async (slow) => {
      await post(slow, guest_id);
      // Outside the slow unit, as another process would: later numbers, committed and sealed first.
      await db.owner.transaction(async (transaction) => {
        const fast = { sequelize: db.owner, transaction, afterCommit: () => undefined };
        await post(fast, other.guest_id);
      });
      expect(await sealLedger({ sequelize: db.owner })).toEqual({ sealed: 2 });
    });
    expect((await verifyBooks(bar.deps)).unsealed_entries).toBe(2);
    expect(await sealLedger(bar.deps)).toEqual({ sealed: 2 });
    expect(await verifyBooks(bar.deps)).toMatchObject({ ok: true, unsealed_entries: 0 });
  });

  it('8 sealers at once make one chain', async () => {
    for (let i = 0; i < 5; i++) await aGuest(bar, { balance: minor(100) });
    const answers = await Promise.all(Array.from({ length: 8 }, () => sealLedger(bar.deps)));
    expect(answers.reduce((sum, answer) => sum + answer.sealed, 0)).toBe(10);
    expect((await verifyBooks(bar.deps)).ok).toBe(true);
  });

  it('what a sweep of the recent leaves behind, a sweep of all takes', async () => {
    await aGuest(bar, { balance: minor(100) });
    await aGuest(bar, { balance: minor(100) });
    const [last] = await query<{ id: number }>(db.sequelize, 'SELECT max(id) AS id FROM ledger_entries');
    await db.owner.query(
      `INSERT INTO ledger_seals (up_to_entry_id, entry_count, hash, prev_hash, sealed_at)
       VALUES (${last!.id}, 1, repeat('1', 64), repeat('0', 64), now() - interval '1 hour')`,
    );
    expect(await sealLedger(bar.deps, { sweep: 'recent' })).toEqual({ sealed: 0 });
    await tamper('DELETE FROM ledger_seals');
    expect(await sealLedger(bar.deps, { sweep: 'all' })).toEqual({ sealed: 4 });
  });
});

describe('the check of the books names the first row that was changed', () => {
  let poured: Poured;
  beforeEach(async () => {
    poured = await aPour();
    await sealLedger(bar.deps);
    expect(await verifyBooks(bar.deps)).toMatchObject({
      ok: true,
      broken: [],
      checked: { grants: 1, guests: 1 },
    });
  });

  const brokenChecks = async () => (await verifyBooks(bar.deps)).broken.map((row) => row.check);
  const entryOf = async (kind: string) =>
    (
      await queryOne<{ id: number }>(
        db.sequelize,
        `SELECT min(e.id) AS id FROM ledger_entries e JOIN ledger_transactions t ON t.id = e.transaction_id
         JOIN ledger_accounts a ON a.id = e.account_id WHERE t.kind = 'pour' AND a.kind = $1`,
        [kind],
      )
    ).id;

  it('an amount', async () => {
    await tamper(`UPDATE ledger_entries SET amount_minor = -14000 WHERE id = ${await entryOf('guest')}`);
    const { broken } = await verifyBooks(bar.deps);
    expect(broken.map((row) => row.check)).toEqual([
      'transactions sum to zero',
      'balance = sum of entries',
      'a debit has its grant and its pour',
      'seals',
    ]);
    expect(broken[1]).toMatchObject({
      table: 'guest_accounts',
      row_id: String(poured.visit.guest_id),
      says: 'balance is 85000, its entries sum to 86000',
    });
  });

  it('both halves of a transaction and the balance with them: only pour and seal still tell', async () => {
    await tamper(`
      UPDATE ledger_entries SET amount_minor = -14000 WHERE id = ${await entryOf('guest')};
      UPDATE ledger_entries SET amount_minor = 14000 WHERE id = ${await entryOf('sales')};
      UPDATE guest_accounts SET balance_minor = 86000`);
    expect(await brokenChecks()).toEqual(['a debit has its grant and its pour', 'seals']);
  });

  it('everything but the seal', async () => {
    await tamper(`UPDATE ledger_transactions SET reason = 'anything' WHERE kind = 'opening'`);
    const { broken } = await verifyBooks(bar.deps);
    expect(broken).toEqual([
      {
        check: 'seals',
        table: 'ledger_seals',
        row_id: '1',
        says: 'an entry from 1 to 4 or its transaction was changed',
      },
    ]);
  });

  it.each<[string, string, string]>([
    ['a balance', 'UPDATE guest_accounts SET balance_minor = balance_minor + 1', 'balance = sum of entries'],
    [
      'a keg’s remainder',
      'UPDATE kegs SET remaining_ml = remaining_ml + 1 WHERE remaining_ml < start_ml',
      'keg remainder = start − all flows',
    ],
    ['a pour’s price', 'UPDATE pours SET price_minor_per_litre = 1', 'a pour has its grant and its debit'],
    ['a pour that is gone', 'DELETE FROM pours', 'a debit has its grant and its pour'],
    [
      'a pour that is not finished any more',
      `UPDATE pours SET sync_status = 'pending_sync'`,
      'a pour has its grant and its debit',
    ],
    [
      'a grant that claims to have been released',
      `UPDATE grants SET state = 'released'`,
      'a debit has its grant and its pour',
    ],
    [
      'a visit locked without a grant',
      `UPDATE visits SET active_tap_id = (SELECT id FROM taps), lock_set_at = now()`,
      'lock ⇔ open grant',
    ],
    ['a seal that is gone', 'DELETE FROM ledger_sealed_entries; DELETE FROM ledger_seals', ''],
    [
      'a Z number that is missing',
      `UPDATE shifts SET state = 'closed', closed_at = now(), z_number = 3`,
      'Z numbers have no gap',
    ],
  ])('%s', async (_case, sql, check) => {
    await tamper(sql);
    const { broken, unsealed_entries } = await verifyBooks(bar.deps);
    if (check === '') expect(unsealed_entries).toBe(await countRows(bar, 'ledger_entries'));
    else expect(broken.map((row) => row.check)).toContain(check);
  });

  it('a seal taken out of the middle of the chain', async () => {
    await aGuest(bar, { balance: minor(1) });
    await sealLedger(bar.deps);
    await tamper(
      'DELETE FROM ledger_sealed_entries WHERE seal_id = 1; DELETE FROM ledger_seals WHERE id = 1',
    );
    const { broken } = await verifyBooks(bar.deps);
    expect(broken[0]).toMatchObject({ check: 'seals', row_id: '2' });
    expect(broken[0]?.says).toMatch(/does not follow/);
  });

  it('a debit whose grant was never settled', async () => {
    const visit = await aVisit(bar, { balance: minor(20_000) });
    const grant = await aGrant(bar, { visit, tap: await aTap(bar) });
    await inTransaction(db.sequelize, (unit) =>
      postLedger(unit, {
        kind: 'pour',
        shift_id: null,
        guest_id: visit.guest_id,
        grant_id: grant.grant_id,
        lines: [
          { account: { kind: 'guest', guest_id: visit.guest_id }, amount_minor: -100 },
          { account: { kind: 'sales' }, amount_minor: 100 },
        ],
      }),
    );
    const { broken } = await verifyBooks(bar.deps);
    expect(broken).toHaveLength(1);
    expect(broken[0]?.says).toBe(`grant ${grant.grant_id} is open and yet debited`);
  });
});
