import { setTimeout as pause } from 'node:timers/promises';
import type { Sequelize, Transaction } from 'sequelize';
import { leaveUnit, markUnit } from './requireTransaction.ts';
import { firstFailure } from './sent.ts';
import { isConnectionLoss, sqlState, whenUp } from './whenUp.ts';

export { isConnectionLoss, sqlState };

/** One unit of work: everything that commits or vanishes together. */
export interface Unit {
  readonly sequelize: Sequelize;
  readonly transaction: Transaction;
  /** Runs once after the commit, and never when the unit is rolled back or retried. Its failure undoes nothing. */
  readonly afterCommit: (callback: () => void | Promise<void>) => void;
}

export interface UnitOptions {
  readonly lockTimeoutMs?: number;
  readonly statementTimeoutMs?: number;
  readonly onAfterCommitError?: (error: unknown) => void;
}

const ATTEMPTS = 8;
/** serialization_failure and deadlock_detected: PostgreSQL undid everything, so everything may run again. */
const RETRIED = new Set(['40001', '40P01']);

/**
 * The only caller of `sequelize.transaction`. READ COMMITTED; the timeouts are the connection's unless given here.
 * The whole unit runs again when PostgreSQL certainly undid it: deadlock, serialization failure, a connection lost
 * before the commit was asked for. So `work` must have no effects but its queries and `afterCommit`. A connection
 * lost while committing is the caller's to find out about: the commit may have happened.
 */
export async function inTransaction<T>(
  sequelize: Sequelize,
  work: (unit: Unit) => Promise<T>,
  options: UnitOptions = {},
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    const progress = { committing: false };
    try {
      return await runOnce(sequelize, work, { ...options, progress });
    } catch (error) {
      const undone = RETRIED.has(sqlState(error) ?? '') || (!progress.committing && isConnectionLoss(error));
      if (attempt >= ATTEMPTS || !undone) throw error;
      await pause(Math.random() * 10 * 2 ** attempt);
    }
  }
}

interface Run extends UnitOptions {
  readonly progress: { committing: boolean };
}

async function runOnce<T>(sequelize: Sequelize, work: (unit: Unit) => Promise<T>, run: Run): Promise<T> {
  const callbacks: (() => void | Promise<void>)[] = [];
  const transaction = await whenUp(() => sequelize.transaction());
  const unit: Unit = { sequelize, transaction, afterCommit: (callback) => void callbacks.push(callback) };
  let result: T;
  try {
    await setTimeouts(unit, run);
    result = await markUnit(sequelize, () => work(unit));
  } catch (error) {
    const failure = isAborted(error) ? await firstFailure(transaction) : undefined;
    await transaction.rollback().catch(() => undefined);
    throw failure ? failure.error : error;
  }
  run.progress.committing = true;
  // Sent behind writes that are still on their way: if one of them fails, PostgreSQL answers this COMMIT by rolling back.
  await transaction.commit();
  const failure = await firstFailure(transaction);
  if (failure) throw failure.error;
  await leaveUnit(() => runAfterCommit(callbacks, run));
  return result;
}

async function setTimeouts({ sequelize, transaction }: Unit, options: UnitOptions): Promise<void> {
  const settings = { lock_timeout: options.lockTimeoutMs, statement_timeout: options.statementTimeoutMs };
  for (const [name, value] of Object.entries(settings)) {
    if (value !== undefined)
      await sequelize.query(`SET LOCAL ${name} = ${Math.trunc(value)}`, { transaction });
  }
}

/** What was committed stays committed: a callback that fails is reported, not thrown at the caller. */
async function runAfterCommit(
  callbacks: readonly (() => void | Promise<void>)[],
  options: UnitOptions,
): Promise<void> {
  const report = options.onAfterCommitError ?? ((error: unknown) => console.error('After a commit:', error));
  for (const callback of callbacks) {
    try {
      await callback();
    } catch (error) {
      report(error);
    }
  }
}

/** in_failed_sql_transaction: an earlier statement of the unit is to blame. */
const isAborted = (error: unknown): boolean => sqlState(error) === '25P02';
