import { AsyncLocalStorage } from 'node:async_hooks';
import type { QueryOptions, Sequelize } from 'sequelize';

interface InsideUnit {
  readonly sequelize: Sequelize;
}

const inside = new AsyncLocalStorage<InsideUnit | undefined>();

/** Marks everything that `work` starts as part of a unit of work on this database. */
export const markUnit = <T>(sequelize: Sequelize, work: () => Promise<T>): Promise<T> =>
  inside.run({ sequelize }, work);

/** For what runs after the unit: it may query freely again. */
export const leaveUnit = <T>(work: () => T): T => inside.run(undefined, work);

/**
 * Test-time guard: a query inside a unit that was not given the unit's transaction runs on another connection,
 * commits by itself and sees other rows. Such a query throws instead. Returns a function that takes it away.
 */
export function requireTransaction(sequelize: Sequelize): () => void {
  const name = 'taptill-require-transaction';
  sequelize.addHook('beforeQuery', name, (options: QueryOptions) => {
    if (options.transaction || inside.getStore()?.sequelize !== sequelize) return;
    throw new Error('A query inside a unit of work has no transaction: pass { transaction }.');
  });
  return () => sequelize.removeHook('beforeQuery', name);
}
