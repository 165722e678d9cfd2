import pg from 'pg';
import type { Sequence } from './parts.ts';

export interface Table {
  readonly name: string;
  readonly columns: readonly Column[];
}

interface Column {
  readonly name: string;
  readonly type: string;
}

const OURS = `c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relname <> 'SequelizeMeta'`;

/** Every table that migrations made, with the columns that are written: generated ones make themselves. */
export async function tablesOf(client: pg.Client): Promise<Table[]> {
  const { rows } = await client.query<Table>(
    `SELECT c.relname AS name, json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, NULL)) ORDER BY a.attnum) AS columns
     FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
     WHERE ${OURS} GROUP BY c.relname ORDER BY c.relname`,
  );
  return rows;
}

/** How far numbering had come. A sequence does not belong to a snapshot: read after it was taken, it is never behind it. */
export async function sequencesOf(client: pg.Client): Promise<Sequence[]> {
  const { rows } = await client.query<{ table: string; column: string; last_value: string | null }>(
    `SELECT c.relname AS "table", a.attname AS "column", s.last_value::text
     FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
     JOIN pg_sequences s ON format('%I.%I', s.schemaname, s.sequencename) = pg_get_serial_sequence(format('public.%I', c.relname), a.attname)
     WHERE ${OURS} ORDER BY c.relname, a.attname`,
  );
  return rows.map((row) => ({ ...row, last_value: row.last_value === null ? null : Number(row.last_value) }));
}

const name = (text: string): string => pg.escapeIdentifier(text);

/**
 * A transaction's number means nothing in another cluster, where it may lie in the future and would hold the reader of
 * events back for ever: the rows of such columns are from a transaction that is long over.
 */
const valueOf = (column: Column): string =>
  column.type === 'xid8' ? `'3'::xid8 AS ${name(column.name)}` : name(column.name);

export const copyOutSql = (table: Table): string =>
  `COPY (SELECT ${table.columns.map(valueOf).join(', ')} FROM public.${name(table.name)}) TO STDOUT`;

export const copyInSql = (table: string, columns: readonly string[]): string =>
  `COPY public.${name(table)} (${columns.map(name).join(', ')}) FROM STDIN`;
