import { UniqueConstraintError } from 'sequelize';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { testDatabase, type TestDatabase } from '../testing/testDatabase.ts';
import { inTransaction, sqlState, type Unit } from './inTransaction.ts';
import { query, send } from './query.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
  await query(db.owner, 'CREATE TABLE counters (id int PRIMARY KEY, value int NOT NULL)');
  await query(db.owner, 'GRANT SELECT, INSERT, UPDATE ON counters TO taptill_app');
});
beforeEach(async () => {
  await query(db.owner, 'DELETE FROM counters');
  await query(db.owner, 'INSERT INTO counters VALUES (1, 0), (2, 0)');
});
afterAll(() => db.drop());

const values = async (): Promise<number[]> =>
  (await query<{ value: number }>(db.owner, 'SELECT value FROM counters ORDER BY id')).map(
    (row) => row.value,
  );
/** Something that one side waits for and the other gives. */
function signal(): { promise: Promise<void>; resolve: () => void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((done) => (resolve = done));
  return { promise, resolve };
}
const add = (unit: Unit, id: number) =>
  query(unit, 'UPDATE counters SET value = value + 1 WHERE id = $1', [id]);

it('a unit commits as a whole or not at all', async () => {
  await inTransaction(db.sequelize, (unit) => add(unit, 1));
  const failing = inTransaction(db.sequelize, async (unit) => {
    await add(unit, 2);
    throw new Error('no');
  });
  await expect(failing).rejects.toThrow('no');
  expect(await values()).toEqual([1, 0]);
});

it('a deadlock runs the whole unit again: both units happen exactly once', async () => {
  let runs = 0;
  let arrived = 0;
  const both = signal();
  const crossing = (first: number, second: number) =>
    inTransaction(db.sequelize, async (unit) => {
      runs += 1;
      await add(unit, first);
      arrived += 1;
      if (arrived === 2) both.resolve();
      await both.promise;
      await add(unit, second);
    });
  await Promise.all([crossing(1, 2), crossing(2, 1)]);
  expect(await values()).toEqual([2, 2]);
  expect(runs).toBe(3);
});

it('a serialization failure runs the whole unit again', async () => {
  let runs = 0;
  await inTransaction(db.sequelize, async (unit) => {
    runs += 1;
    await add(unit, 1);
    if (runs === 1)
      await query(unit, "DO $$ BEGIN RAISE EXCEPTION 'try again' USING ERRCODE = '40001'; END $$");
  });
  expect([runs, await values()]).toEqual([2, [1, 0]]);
});

it('a unique violation is not retried: the caller decides what it means', async () => {
  let runs = 0;
  const doubled = inTransaction(db.sequelize, async (unit) => {
    runs += 1;
    await query(unit, 'INSERT INTO counters VALUES (1, 5)');
  });
  await expect(doubled).rejects.toSatisfy((error) => sqlState(error) === '23505');
  expect(runs).toBe(1);
});

it('afterCommit runs once after the commit, not on rollback, and its failure undoes nothing', async () => {
  const seen: unknown[] = [];
  let runs = 0;
  await inTransaction(
    db.sequelize,
    async (unit) => {
      runs += 1;
      unit.afterCommit(async () => void seen.push(await values()));
      unit.afterCommit(() => {
        throw new Error('later');
      });
      await add(unit, 1);
      if (runs === 1)
        await query(unit, "DO $$ BEGIN RAISE EXCEPTION 'again' USING ERRCODE = '40P01'; END $$");
    },
    { onAfterCommitError: (error) => seen.push((error as Error).message) },
  );
  const failing = inTransaction(db.sequelize, async (unit) => {
    unit.afterCommit(() => void seen.push('never'));
    throw new Error('no');
  });
  await expect(failing).rejects.toThrow('no');
  expect(seen).toEqual([[1, 0], 'later']);
});

it('a lock that is not given in time is an error, not a hang', async () => {
  const held = signal();
  const locked = signal();
  const holder = inTransaction(db.sequelize, async (unit) => {
    await add(unit, 1);
    locked.resolve();
    await held.promise;
  });
  await locked.promise;
  const waiting = inTransaction(db.sequelize, (unit) => add(unit, 1), { lockTimeoutMs: 100 });
  await expect(waiting).rejects.toSatisfy((error) => sqlState(error) === '55P03');
  held.resolve();
  await holder;
  expect(await values()).toEqual([1, 0]);
});

it('a timeout given to one unit does not stay with the connection', async () => {
  await inTransaction(db.sequelize, (unit) => query(unit, 'SELECT 1'), { statementTimeoutMs: 1234 });
  const rows = await Promise.all(
    Array.from({ length: 20 }, () => query(db.sequelize, 'SHOW statement_timeout')),
  );
  expect(new Set(rows.map((row) => row[0]?.['statement_timeout']))).toEqual(new Set(['10s']));
});

it('a query inside a unit without its transaction is caught, raw or by a model method, and the unit rolls back', async () => {
  const raw = inTransaction(db.sequelize, async (unit) => {
    await add(unit, 1);
    await query(db.sequelize, 'SELECT value FROM counters');
  });
  await expect(raw).rejects.toThrow(/no transaction/);
  const byModel = inTransaction(db.sequelize, () =>
    db.sequelize.getQueryInterface().select(null, 'counters', {}),
  );
  await expect(byModel).rejects.toThrow(/no transaction/);
  expect(await values()).toEqual([0, 0]);
  await expect(query(db.sequelize, 'SELECT 1 AS one')).resolves.toEqual([{ one: 1 }]);
});

describe('what a unit sends without waiting', () => {
  const put = (unit: Unit, id: number, value: number) =>
    send(unit, 'INSERT INTO counters VALUES ($1, $2)', [id, value]);

  it('is seen by what is asked next, and is committed with the rest', async () => {
    const seen = await inTransaction(db.sequelize, async (unit) => {
      await put(unit, 3, 7);
      return query<{ value: number }>(unit, 'SELECT value FROM counters WHERE id = $1', [3]);
    });
    expect(seen).toEqual([{ value: 7 }]);
    expect(await values()).toEqual([0, 0, 7]);
  });

  it('fails the unit with its own error, though it was last and the commit was on its way', async () => {
    let committed = false;
    const doubled = inTransaction(db.sequelize, async (unit) => {
      unit.afterCommit(() => void (committed = true));
      await add(unit, 2);
      await put(unit, 1, 5);
    });
    await expect(doubled).rejects.toBeInstanceOf(UniqueConstraintError);
    expect([committed, await values()]).toEqual([false, [0, 0]]);
  });

  it('fails the unit with its own error, and not with what the statements behind it are told', async () => {
    const doubled = inTransaction(db.sequelize, async (unit) => {
      await put(unit, 1, 5);
      await add(unit, 2);
    });
    await expect(doubled).rejects.toSatisfy((error) => sqlState(error) === '23505');
    expect(await values()).toEqual([0, 0]);
  });

  it('runs the whole unit again when it meets a deadlock', async () => {
    let runs = 0;
    const both = signal();
    const crossing = (first: number, second: number) =>
      inTransaction(db.sequelize, async (unit) => {
        await add(unit, first);
        runs += 1;
        if (runs === 2) both.resolve();
        await both.promise;
        await send(unit, 'UPDATE counters SET value = value + 1 WHERE id = $1', [second]);
      });
    await Promise.all([crossing(1, 2), crossing(2, 1)]);
    expect([runs, await values()]).toEqual([3, [2, 2]]);
  });

  it('leaves the connection usable after the failure', async () => {
    for (let i = 0; i < 20; i++)
      await expect(inTransaction(db.sequelize, (unit) => put(unit, 1, i))).rejects.toThrow();
    await inTransaction(db.sequelize, (unit) => put(unit, 4, 4));
    expect(await values()).toEqual([0, 0, 4]);
  });
});
