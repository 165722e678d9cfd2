import type { Sequelize } from 'sequelize';
import type { OperatorsAnswer } from '#domain/protocol/access';
import type { OperatorWire } from '#domain/protocol/till';
import { query } from '#server/db/query';
import { readSettings } from '#server/services/support/settings';

/** Who may sign in; nobody yet means that the bar is not set up. */
export async function operators(sequelize: Sequelize): Promise<OperatorsAnswer> {
  const { bar } = await readSettings(sequelize);
  const found = await query<OperatorWire>(
    sequelize,
    'SELECT id, name, role FROM operators WHERE active ORDER BY name',
  );
  return { setup_needed: found.length === 0, language: bar.language, operators: found };
}
