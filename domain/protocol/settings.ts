import { z } from 'zod';
import { FLAGS } from '../flags.ts';
import { CASH_STEPS } from '../ledger/cashRounding.ts';
import { moneyChange, serviceChange, SERVICE_UNITS } from '../moneySettings.ts';
import type { MoneySettings, ServiceSettings } from '../moneySettings.ts';
import { barChange, barSettings, pourChange, pourTimes, tillChange } from '../settings.ts';
import type { TillSettings } from '../settings.ts';
import { printerChange, printerWire } from '../receipt/printer.ts';
import { approvalInput } from './approval.ts';
import { id, reason, requestId } from './till.ts';

/** Flags and settings, as an engineer sees and changes them. */
export const flagRow = z.object({
  name: z.enum(FLAGS),
  /** what holds now */
  enabled: z.boolean(),
  /** what the till itself has set */
  stored: z.boolean(),
  /** set by the server's environment at its start, which wins; null: not set there */
  override: z.boolean().nullable(),
  changed_at: z.iso.datetime(),
  changed_by: id.nullable(),
  reason: z.string().nullable(),
});
export type FlagRow = z.infer<typeof flagRow>;
export const setFlagInput = z.strictObject({
  request_id: requestId,
  name: z.enum(FLAGS),
  enabled: z.boolean(),
  reason,
  /** an engineer's PIN in place, for a shift lead who is signed in */
  approval: approvalInput.nullable().default(null),
});
export type SetFlagInput = z.output<typeof setFlagInput>;

const tillWire = z.object({
  cash_difference_limit_minor: z.number().int(),
  cash_step_minor: z.literal(CASH_STEPS),
  idle_lock_s: z.number().int(),
  receipt_language: z.enum(['ru', 'en']).nullable(),
  vat_permille: z.number().int(),
  retention_months: z.number().int(),
  unclaimed_days: z.number().int(),
  low_keg_ml: z.number().int(),
  low_keg_minutes: z.number().int(),
  cleaning_days: z.number().int(),
}) satisfies z.ZodType<TillSettings>;
const ml = z.number().int();
const moneyWire = z.object({
  debt_refuses: z.boolean(),
  debt_from_top_up: z.boolean(),
  comp_ml_per_day: z.object({ cashier: ml, shift_lead: ml, engineer: ml }),
  house_ml_per_day: z.object({ tasting: ml, staff: ml, quality: ml, training: ml }),
}) satisfies z.ZodType<MoneySettings>;
const serviceWire = z.object({
  unit: z.enum(SERVICE_UNITS),
  limit_grams: z.number().int(),
  warn_percent: z.number().int(),
}) satisfies z.ZodType<ServiceSettings>;
export const settingsWire = z.object({
  bar: barSettings,
  pour: pourTimes,
  till: tillWire,
  money: moneyWire,
  service: serviceWire,
  printer: printerWire,
});
export type SettingsWire = z.infer<typeof settingsWire>;

const change = { request_id: requestId, reason, approval: approvalInput.nullable().default(null) };
export const setSettingsInput = z.discriminatedUnion('section', [
  z.strictObject({ ...change, section: z.literal('bar'), values: barChange }),
  z.strictObject({ ...change, section: z.literal('pour'), values: pourChange }),
  z.strictObject({ ...change, section: z.literal('till'), values: tillChange }),
  z.strictObject({ ...change, section: z.literal('money'), values: moneyChange }),
  z.strictObject({ ...change, section: z.literal('service'), values: serviceChange }),
  z.strictObject({ ...change, section: z.literal('printer'), values: printerChange }),
]);
export type SetSettingsInput = z.output<typeof setSettingsInput>;
