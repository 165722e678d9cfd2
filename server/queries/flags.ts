import type { Sequelize } from 'sequelize';
import { FLAGS } from '#domain/flags';
import type { Flags } from '#domain/flags';
import type { FlagRow } from '#domain/protocol/settings';
import type { Unit } from '../db/inTransaction.ts';
import { query } from '../db/query.ts';

type Row = Omit<FlagRow, 'enabled' | 'override' | 'changed_at'> & { changed_at: Date };

/** The seven in the order of the roadmap, each with what is stored and what the environment sets above it. */
export async function flagList(where: Unit | Sequelize, overrides: Partial<Flags>): Promise<FlagRow[]> {
  const rows = await query<Row>(
    where,
    'SELECT name, enabled AS stored, changed_at, changed_by, reason FROM feature_flags',
  );
  return rows
    .sort((one, other) => FLAGS.indexOf(one.name) - FLAGS.indexOf(other.name))
    .map((row) => {
      const override = overrides[row.name] ?? null;
      return { ...row, override, enabled: override ?? row.stored, changed_at: row.changed_at.toISOString() };
    });
}
