import { z } from 'zod';
import type { Sequelize } from 'sequelize';
import type { Unit } from '../../db/inTransaction.ts';
import { query } from '../../db/query.ts';
import { leaseOutlivesPour } from '#domain/grant/times';

const whole = z.number().int().min(0);
const barSettings = z.object({
  name: z.string(),
  currency: z.string(),
  time_zone: z.string(),
  age_limit: whole,
  language: z.enum(['ru', 'en']),
});
const pourSettings = z
  .object({
    start_window_ms: whole,
    pour_cap_ms: whole,
    lease_ms: whole,
    idle_ms: whole,
    grace_ms: whole,
    min_pour_ml: whole,
    max_pour_ml: whole,
    keg_allowance_percent: whole,
    daily_limit_ml: whole,
    first_flush_ml: whole,
  })
  .refine(
    leaseOutlivesPour,
    'lease_ms must be greater than start_window_ms + pour_cap_ms: else the valve could still be open',
  );

const settingsSchema = z.object({
  bar: barSettings,
  pour: pourSettings,
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
