import { z } from 'zod';
import type { Sequelize } from 'sequelize';
import { moneySettings, serviceSettings } from '#domain/moneySettings';
import { barSettings, pourSettings, tillSettings } from '#domain/settings';
import type { Unit } from '../../db/inTransaction.ts';
import { query } from '../../db/query.ts';

const settingsSchema = z.object({
  bar: barSettings,
  pour: pourSettings,
  till: tillSettings.prefault({}),
  money: moneySettings.prefault({}),
  service: serviceSettings.prefault({}),
  incarnation: z.string(),
  emergency_stop: z.boolean().default(false),
});
export type Settings = z.infer<typeof settingsSchema>;

/** The bar's settings, checked. @throws when a row is missing or breaks a rule, naming it */
export async function readSettings(where: Unit | Sequelize): Promise<Settings> {
  const rows = await query<{ key: string; value: unknown }>(where, 'SELECT key, value FROM settings');
  const parsed = settingsSchema.safeParse(Object.fromEntries(rows.map((row) => [row.key, row.value])));
  if (parsed.success) return parsed.data;
  throw new Error(`The settings table is not usable: ${z.prettifyError(parsed.error)}`);
}
