import { z } from 'zod';
import { MEASURED_POURS } from '../tap/calibration.ts';
import { STOP_STATES } from '../tap/stop.ts';
import { TAP_STATUSES } from '../tap/statuses.ts';
import { id, reason, requestId } from './till.ts';

/** What the screens ask about the working of taps. */
const count = z.number().int().min(0);
const instant = z.iso.datetime();
const onTap = { request_id: requestId, tap_id: id };
export const byTap = z.strictObject({ tap_id: id });

export const startCleaningInput = z.strictObject({
  ...onTap,
  reason,
  /** true: what flows goes round through the line and comes from no keg */
  circulated: z.boolean(),
  /** who cleans, if it is not who asks */
  cleaned_by: id.nullable().default(null),
});
export type StartCleaningInput = z.output<typeof startCleaningInput>;
export const AFTER_CLEANING = ['selling', 'disabled'] as const;
export const endCleaningInput = z.strictObject({ ...onTap, then: z.enum(AFTER_CLEANING).default('selling') });
export type EndCleaningInput = z.output<typeof endCleaningInput>;
export const cleaningWire = z.object({
  session_id: id,
  tap_id: id,
  tap_number: count,
  reason: z.string(),
  circulated: z.boolean(),
  cleaned_by: id,
  started_at: instant,
  started_by: id,
  ended_at: instant.nullable(),
  flowed_ml: count,
});
export type CleaningWire = z.infer<typeof cleaningWire>;

export const setTapStatusInput = z.strictObject({
  ...onTap,
  status: z.enum(['selling', 'disabled']),
  reason,
});
export type SetTapStatusInput = z.infer<typeof setTapStatusInput>;
export const resetTapInput = z.strictObject({ ...onTap, reason });
export type ResetTapInput = z.infer<typeof resetTapInput>;
export const tapStatusWire = z.object({ tap_id: id, status: z.enum(TAP_STATUSES) });
export type TapStatusWire = z.infer<typeof tapStatusWire>;

const measuredPour = z.strictObject({
  pulses: z.number().int().min(1).max(10_000_000),
  ml: z.number().int().min(100).max(20_000),
});
export const calibrateInput = z.strictObject({
  ...onTap,
  measured: z.array(measuredPour).length(MEASURED_POURS),
});
export type CalibrateInput = z.infer<typeof calibrateInput>;
export const calibrationWire = z.object({
  tap_id: id,
  version: count,
  pulses_per_litre: count,
  /** null: the tap's first, which nobody measured */
  spread_permille: count.nullable(),
  calibrated_by: id.nullable(),
  calibrated_at: instant,
});
export type CalibrationWire = z.infer<typeof calibrationWire>;

export const tapMeterWire = z.object({
  tap_id: id,
  /** of the latest cleaning by card, since its valve opened; null: none, or the tap is silent */
  rinsed_pulses: count.nullable(),
});
export type TapMeterWire = z.infer<typeof tapMeterWire>;

export const stopStateWire = z.object({
  on: z.boolean(),
  /** null: it is not on */
  since: instant.nullable(),
  taps: z.array(z.object({ tap_id: id, number: count, state: z.enum(STOP_STATES) })),
});
export type StopStateWire = z.infer<typeof stopStateWire>;
