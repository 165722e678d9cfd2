import type { Sequelize } from 'sequelize';
import type { SettingsWire } from '#domain/protocol/settings';
import { readSettings } from '../services/support/settings.ts';

/** What an engineer may set; the rest of the table is the server's own. */
export async function settingsOf(sequelize: Sequelize): Promise<SettingsWire> {
  const { bar, pour, till, money, service, printer } = await readSettings(sequelize);
  return { bar, pour, till, money, service, printer };
}
