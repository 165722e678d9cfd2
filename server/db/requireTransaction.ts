import { AsyncLocalStorage } from 'node:async_hooks';
import type { QueryOptions, Sequelize } from 'sequelize';

interface InsideUnit {
  readonly sequelize: Sequelize;
}

const guarded = new WeakSet<Sequelize>();
const inside = new AsyncLocalStorage<InsideUnit | undefined>();

/** Marks everything that `work` starts as part of a unit of work on this database. */
export const markUnit = <T>(sequelize: Sequelize, work: () => Promise<T>): Promise<T> =>
  inside.run({ sequelize }, work);

/** For what runs after the unit: it may query freely again. */
export const leaveUnit = <T>(work: () => T): T => inside.run(undefined, work);

/** For a query without a transaction. @throws when the guard is on and a unit of work is under way on this database */
export function refuseInsideUnit(sequelize: Sequelize): void {
  if (!guarded.has(sequelize) || inside.getStore()?.sequelize !== sequelize) return;
  throw new Error('A query inside a unit of work has no transaction: pass { transaction }.');
}

/**
 * Test-time guard: a query inside a unit that was not given the unit's transaction runs on another connection,
 * commits by itself and sees other rows. Such a query throws instead. Returns a function that takes it away.
 */
export function requireTransaction(sequelize: Sequelize): () => void {
  const name = 'taptill-require-transaction';
  guarded.add(sequelize);
  sequelize.addHook('beforeQuery', name, (options: QueryOptions) => {
    if (!options.transaction) refuseInsideUnit(sequelize);
  });
  return () => {
    guarded.delete(sequelize);
    sequelize.removeHook('beforeQuery', name);
  };
}
