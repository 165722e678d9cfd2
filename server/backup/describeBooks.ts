import type { Sequelize } from 'sequelize';
import { query } from '../db/query.ts';
import { BOOK_CHECKS } from '../services/support/bookChecks.ts';
import type { BooksVerdict } from '../services/verifyBooks.ts';

export interface BookLine {
  readonly check: string;
  /** what was looked at: the table and how many of its rows */
  readonly table: string;
  readonly rows: number;
  readonly broken?: { readonly row_id: string; readonly says: string };
}

/** Every check with what it went through, broken or not. */
export async function bookLines(sequelize: Sequelize, verdict: BooksVerdict): Promise<BookLine[]> {
  const checks = [
    ...BOOK_CHECKS.map(({ name, table }) => ({ name, table })),
    { name: 'seals', table: 'ledger_seals' },
  ];
  const tables = [...new Set(checks.map((check) => check.table))];
  const counted = await query<{ table: string; rows: number }>(
    sequelize,
    tables.map((table) => `SELECT '${table}' AS "table", count(*) AS rows FROM ${table}`).join(' UNION ALL '),
  );
  return checks.map(({ name, table }) => {
    const found = verdict.broken.find((one) => one.check === name);
    const rows = counted.find((one) => one.table === table)?.rows ?? 0;
    return { check: name, table, rows, ...(found && { broken: { row_id: found.row_id, says: found.says } }) };
  });
}

/** For people: one line each, the first broken row by its name. */
export function sayBooks(lines: readonly BookLine[], verdict: BooksVerdict): string[] {
  const { transactions, entries, guests, kegs, grants, seals } = verdict.checked;
  return [
    ...lines.map(({ check, table, rows, broken }) =>
      broken
        ? `BROKEN  ${check}: ${table} ${broken.row_id} ${broken.says}`
        : `ok      ${check} (${rows} in ${table})`,
    ),
    `${verdict.ok ? 'The books hold' : 'THE BOOKS ARE BROKEN'}: ${transactions} transactions with ${entries} entries, ${guests} guests, ` +
      `${kegs} kegs, ${grants} grants, ${seals} seals; ${verdict.unsealed_entries} entries not sealed yet.`,
  ];
}
