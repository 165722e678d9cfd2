import { z } from 'zod';
import type { Sequelize } from 'sequelize';
import { moneySettings, serviceSettings } from '#domain/moneySettings';
import { printerSettings } from '#domain/receipt/printer';
import { barSettings, pourSettings, tillSettings } from '#domain/settings';
import type { Unit } from '../../db/inTransaction.ts';
import { queryOne } from '../../db/query.ts';

const settingsSchema = z.object({
  bar: barSettings,
  pour: pourSettings,
  till: tillSettings.prefault({}),
  money: moneySettings.prefault({}),
  service: serviceSettings.prefault({}),
  printer: printerSettings.prefault({}),
  incarnation: z.string(),
  emergency_stop: z.boolean().default(false),
});
export type Settings = z.infer<typeof settingsSchema>;

/** The bar's settings, checked. @throws when a row is missing or breaks a rule, naming it */
export async function readSettings(where: Unit | Sequelize): Promise<Settings> {
  const { text } = await queryOne<{ text: string | null }>(
    where,
    'SELECT jsonb_object_agg(key, value)::text AS text FROM settings',
  );
  if (checked?.text !== text) checked = { text, settings: check(text) };
  return structuredClone(checked.settings);
}

/** Read anew each time, checked anew only when they have changed. */
let checked: { readonly text: string | null; readonly settings: Settings } | undefined;

function check(text: string | null): Settings {
  const parsed = settingsSchema.safeParse(JSON.parse(text ?? '{}'));
  if (parsed.success) return parsed.data;
  throw new Error(`The settings table is not usable: ${z.prettifyError(parsed.error)}`);
}
