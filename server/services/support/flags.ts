import type { Sequelize } from 'sequelize';
import { ALL_FLAGS_ON } from '#domain/flags';
import type { Flag, Flags } from '#domain/flags';
import type { Unit } from '../../db/inTransaction.ts';
import { query } from '../../db/query.ts';

/** The rows, with what the environment sets above them. */
export async function readFlags(
  where: Unit | Sequelize,
  deps: { readonly flag_overrides: Partial<Flags> },
): Promise<Flags> {
  const rows = await query<{ name: Flag; enabled: boolean }>(
    where,
    'SELECT name, enabled FROM feature_flags',
  );
  const stored = Object.fromEntries(rows.map((row) => [row.name, row.enabled]));
  return { ...ALL_FLAGS_ON, ...stored, ...deps.flag_overrides };
}
