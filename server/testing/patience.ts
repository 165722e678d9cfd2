import type { Sequelize } from 'sequelize';
import { openDatabase } from '../db/database.ts';
import { requireTransaction } from '../db/requireTransaction.ts';
import type { TestDatabase } from './testDatabase.ts';

const PATIENCE_MS = 60_000;

/** The same database for tests in which many wait for one row: on a busy machine that takes longer than a bar would wait. */
export function patiently({ appUrl }: TestDatabase): Sequelize {
  const patience = { lockTimeoutMs: PATIENCE_MS, statementTimeoutMs: PATIENCE_MS };
  const sequelize = openDatabase({ url: appUrl, pool: { max: 20, acquireMs: PATIENCE_MS }, ...patience });
  requireTransaction(sequelize);
  return sequelize;
}
