import { QueryTypes, Sequelize } from 'sequelize';
import type { Unit } from './inTransaction.ts';

/** Values of `$1`, `$2`, … or of `$name`. Never put a value into the text of a query. */
export type Bind = readonly unknown[] | Readonly<Record<string, unknown>>;

/**
 * Runs SQL and returns its rows, also those of `INSERT … RETURNING`. The caller says what a row looks like. Inside a
 * unit pass the unit; outside, where nothing is written, the database.
 */
export async function query<Row extends object = Record<string, unknown>>(
  where: Unit | Sequelize,
  sql: string,
  bind?: Bind,
): Promise<Row[]> {
  const sequelize = where instanceof Sequelize ? where : where.sequelize;
  const transaction = where instanceof Sequelize ? undefined : where.transaction;
  const values =
    bind === undefined ? undefined : Array.isArray(bind) ? [...(bind as unknown[])] : { ...bind };
  return sequelize.query<Row>(sql, { type: QueryTypes.SELECT, transaction, bind: values });
}

/** The only row; more or none is a fault of the program. */
export async function queryOne<Row extends object = Record<string, unknown>>(
  where: Unit | Sequelize,
  sql: string,
  bind?: Bind,
): Promise<Row> {
  const rows = await query<Row>(where, sql, bind);
  const [row] = rows;
  if (rows.length !== 1 || row === undefined)
    throw new Error(`Expected one row, the database answered ${rows.length}.`);
  return row;
}
