import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { minor } from '#domain/quantity/money';
import { inTransaction } from '../../db/inTransaction.ts';
import { query, queryOne } from '../../db/query.ts';
import { postLedger } from './postLedger.ts';
import type { LedgerPosting } from './postLedger.ts';
import { aBar, aGrant, aTap, aVisit, balanceOf, countRows } from '../../testing/builders.ts';
import type { Bar, BuiltVisit } from '../../testing/builders.ts';
import { testDatabase } from '../../testing/testDatabase.ts';
import type { TestDatabase } from '../../testing/testDatabase.ts';

let db: TestDatabase;
let bar: Bar;
let visit: BuiltVisit;
beforeAll(async () => {
  db = await testDatabase();
});
beforeEach(async () => {
  await db.truncate();
  bar = await aBar(db);
  visit = await aVisit(bar, { balance: minor(20_000) });
});
afterAll(() => db.drop());

/** A transaction with these entries, written past every service, as the app's role. */
const write = (kind: string, entries: [account: string, amount_minor: number][]) =>
  inTransaction(db.sequelize, async (unit) => {
    const { id } = await queryOne<{ id: number }>(
      unit,
      'INSERT INTO ledger_transactions (kind, guest_id) VALUES ($1, $2) RETURNING id',
      [kind, visit.guest_id],
    );
    for (const [account, amount_minor] of entries)
      await query(
        unit,
        `INSERT INTO ledger_entries (transaction_id, account_id, amount_minor)
         SELECT $1, id, $3 FROM ledger_accounts WHERE kind = $2 AND (guest_id IS NULL OR guest_id = $4)`,
        [id, account, amount_minor, visit.guest_id],
      );
  });

describe('invariant 7: the database itself refuses', () => {
  it.each<[string, [string, number][], RegExp]>([
    [
      'entries that do not sum to zero',
      [
        ['guest', 500],
        ['cash', -499],
      ],
      /sum to 1/,
    ],
    ['a transaction without entries', [], /has 0 entries/],
    ['a single entry', [['guest', 500]], /has 1 entries/],
    [
      'an entry of zero',
      [
        ['guest', 0],
        ['cash', 0],
      ],
      /amount_minor/,
    ],
    [
      'an amount above the ceiling',
      [
        ['guest', 100_000_001],
        ['cash', -100_000_001],
      ],
      /amount_minor/,
    ],
    [
      'a balance below zero',
      [
        ['guest', -20_001],
        ['cash', 20_001],
      ],
      /balance_not_negative/,
    ],
  ])('%s', async (_case, entries, message) => {
    await expect(write('top_up', entries)).rejects.toThrow(message);
    expect(await balanceOf(bar, visit.guest_id)).toBe(20_000);
    expect(await countRows(bar, 'ledger_transactions')).toBe(1);
  });

  it('a refund that touches what a grant reserves', async () => {
    await aGrant(bar, { visit, tap: await aTap(bar) });
    await expect(
      write('refund', [
        ['guest', -5_001],
        ['cash', 5_001],
      ]),
    ).rejects.toThrow(/unsettled grants reserve/);
    await write('refund', [
      ['guest', -5_000],
      ['cash', 5_000],
    ]);
    expect(await balanceOf(bar, visit.guest_id)).toBe(15_000);
  });

  it('a second debit of one grant (invariant 4)', async () => {
    const { grant_id } = await aGrant(bar, { visit, tap: await aTap(bar) });
    const debit = () =>
      inTransaction(db.sequelize, (unit) =>
        postLedger(unit, {
          kind: 'pour',
          shift_id: null,
          guest_id: visit.guest_id,
          grant_id,
          lines: [
            { account: { kind: 'guest', guest_id: visit.guest_id }, amount_minor: -100 },
            { account: { kind: 'sales' }, amount_minor: 100 },
          ],
        }),
      );
    await debit();
    await expect(debit()).rejects.toMatchObject({
      original: { constraint: 'ledger_transactions_one_debit_per_grant' },
    });
    expect(await balanceOf(bar, visit.guest_id)).toBe(19_900);
  });
});

describe('invariant 12: written rows never change, for the app’s role by its rights, for the owner by a trigger', () => {
  it.each([
    'ledger_transactions',
    'ledger_entries',
    'ledger_seals',
    'ledger_sealed_entries',
    'audit_events',
    'events',
    'pour_reports',
    'keg_movements',
    'flow_losses',
  ])('%s', async (table) => {
    const { column } = await queryOne<{ column: string }>(
      db.sequelize,
      `SELECT attname AS column FROM pg_attribute WHERE attrelid = $1::regclass AND attnum = 2`,
      [table],
    );
    await expect(query(db.sequelize, `UPDATE ${table} SET "${column}" = "${column}"`)).rejects.toThrow(
      /permission denied/,
    );
    await expect(query(db.sequelize, `DELETE FROM ${table}`)).rejects.toThrow(/permission denied/);
    await expect(query(db.sequelize, `TRUNCATE ${table} CASCADE`)).rejects.toThrow(/permission denied/);
  });

  it('a ledger entry, for the owner', async () => {
    await expect(query(db.owner, 'UPDATE ledger_entries SET account_id = account_id')).rejects.toThrow(
      /never change/,
    );
    await expect(query(db.owner, 'DELETE FROM ledger_entries')).rejects.toThrow(/never change/);
  });

  it('neither the cached balance nor a keg’s remainder can be written by the app’s role', async () => {
    await expect(query(db.sequelize, 'UPDATE guest_accounts SET balance_minor = 1')).rejects.toThrow(
      /permission denied/,
    );
    await expect(query(db.sequelize, 'UPDATE kegs SET remaining_ml = 1')).rejects.toThrow(
      /permission denied/,
    );
  });
});

describe('postLedger', () => {
  const post = (posting: Partial<LedgerPosting>) =>
    inTransaction(db.sequelize, (unit) =>
      postLedger(unit, { kind: 'top_up', shift_id: null, lines: [], ...posting }),
    );
  const guest = () => ({ kind: 'guest', guest_id: visit.guest_id }) as const;

  it('books nothing when every line is 0', async () => {
    expect(await post({ lines: [{ account: guest(), amount_minor: 0 }] })).toBeNull();
  });

  it('opens a guest’s receivable with the first debt, and never a second one', async () => {
    for (let i = 0; i < 2; i++)
      await post({
        kind: 'write_off',
        reason: 'test',
        lines: [
          { account: { kind: 'receivable', guest_id: visit.guest_id }, amount_minor: 10 },
          { account: { kind: 'loss' }, amount_minor: -10 },
        ],
      });
    const accounts = await query(db.sequelize, `SELECT id FROM ledger_accounts WHERE kind = 'receivable'`);
    expect(accounts).toHaveLength(1);
  });

  it('refuses lines that do not sum to zero before it writes, and accounts that do not exist', async () => {
    await expect(post({ lines: [{ account: guest(), amount_minor: 1 }] })).rejects.toThrow('sum to 1');
    const lines = [
      { account: { kind: 'guest', guest_id: 4711 } as const, amount_minor: 1 },
      { account: { kind: 'sales' } as const, amount_minor: -1 },
    ];
    await expect(post({ lines })).rejects.toThrow(/account_id/);
  });
});
