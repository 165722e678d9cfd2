import { createHash } from 'node:crypto';
import type { ClientBase } from 'pg';
import { DatabaseError, QueryTypes, Sequelize, UniqueConstraintError } from 'sequelize';
import type { Transaction } from 'sequelize';
import type { Unit } from './inTransaction.ts';
import { refuseInsideUnit } from './requireTransaction.ts';
import { noteFailure, noteSent } from './sent.ts';
import { whenUp } from './whenUp.ts';

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
  const values =
    bind === undefined ? undefined : Array.isArray(bind) ? [...(bind as unknown[])] : { ...bind };
  if (where instanceof Sequelize) {
    if (Array.isArray(values)) return preparedAlone<Row>(where, sql, values);
    return where.query<Row>(sql, { type: QueryTypes.SELECT, bind: values });
  }
  if (Array.isArray(values)) return prepared<Row>(where.transaction, sql, values);
  const { sequelize, transaction } = where;
  return sequelize.query<Row>(sql, { type: QueryTypes.SELECT, transaction, bind: values });
}

/**
 * A unit's statements are the same few hundred texts all day: PostgreSQL parses and plans each once per connection. They go
 * straight to the unit's own connection, because Sequelize has no way to name a statement; errors are Sequelize's all the same.
 */
async function prepared<Row extends object>(
  transaction: Transaction,
  text: string,
  values: unknown[],
): Promise<Row[]> {
  const { connection } = transaction as Transaction & { readonly connection: ClientBase };
  try {
    return await ask<Row>(connection, text, values);
  } catch (error) {
    noteFailure(transaction, error);
    throw error;
  }
}

/**
 * Outside a unit likewise, on a connection of the pool: a screen's question is not planned anew each time, which in an old bar
 * costs more than its answer.
 */
async function preparedAlone<Row extends object>(
  sequelize: Sequelize,
  text: string,
  values: unknown[],
): Promise<Row[]> {
  refuseInsideUnit(sequelize);
  const { connectionManager } = sequelize;
  const connection = await whenUp(() => connectionManager.getConnection({ type: 'read', useMaster: true }));
  try {
    return await ask<Row>(connection as ClientBase, text, values);
  } finally {
    connectionManager.releaseConnection(connection);
  }
}

async function ask<Row extends object>(
  connection: ClientBase,
  text: string,
  values: unknown[],
): Promise<Row[]> {
  try {
    const result = await connection.query<Row>({ name: statementName(text), text, values });
    return result.rows;
  } catch (error) {
    throw asSequelizeError(error, text);
  }
}

/**
 * A write whose answer nobody needs: it goes out at once, behind everything that the unit has sent before, and the unit does
 * not wait for it. PostgreSQL runs a unit's statements one after another in the order in which they were sent, so whatever is
 * asked next sees it. If it fails, the unit fails with its error, at the latest at the commit.
 */
export function send(unit: Unit, sql: string, bind: readonly unknown[]): Promise<void> {
  noteSent(unit.transaction, prepared(unit.transaction, sql, [...bind]));
  return Promise.resolve();
}

const names = new Map<string, string>();

function statementName(text: string): string {
  const known = names.get(text);
  if (known !== undefined) return known;
  const name = `taptill_${createHash('sha256').update(text).digest('hex').slice(0, 32)}`;
  names.set(text, name);
  return name;
}

const UNIQUE_VIOLATION = '23505';

function asSequelizeError(error: unknown, sql: string): unknown {
  if (!(error instanceof Error) || !('code' in error) || !/^[0-9A-Z]{5}$/.test(String(error.code)))
    return error;
  const parent = Object.assign(error, { sql });
  return error.code === UNIQUE_VIOLATION
    ? new UniqueConstraintError({ parent, message: error.message })
    : new DatabaseError(parent);
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
