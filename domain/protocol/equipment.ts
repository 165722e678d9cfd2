import { z } from 'zod';
import { KEG_STATES } from '../keg/states.ts';
import { approvalInput } from './approval.ts';
import { id, issueCardInput, reason, requestId, uidInput } from './till.ts';

export type { ShiftClosedWire } from './shift.ts';

/** What the screens ask about taps, nodes, kegs and the card reader. */
const count = z.number().int().min(0);
const instant = z.iso.datetime();
const name = z.string().trim().min(1).max(80);

export const byVisit = z.strictObject({ visit_id: id });
export const searchInput = z.strictObject({ query: z.string().trim().min(1).max(80) });
export const replaceCardInput = issueCardInput.extend({ reason });
export type ReplaceCardInput = z.infer<typeof replaceCardInput>;
export const byCardUid = z.strictObject({ uid: uidInput });

export const nodeRow = z.object({
  node_id: id,
  name: z.string(),
  state: z.enum(['active', 'revoked']),
  tap_numbers: z.array(count),
  software: z.string().nullable(),
  protocol_version: count.nullable(),
  queue_depth: count.nullable(),
  /** null: never heard in this life of the server */
  silent_ms: count.nullable(),
  last_seen_at: instant.nullable(),
  enrolled_at: instant,
  certificate_expires_at: instant,
});
export type NodeRow = z.infer<typeof nodeRow>;
export const createEnrolmentInput = z.strictObject({ name, tap_ids: z.array(id).min(1).max(32) });
export type CreateEnrolmentInput = z.infer<typeof createEnrolmentInput>;
export const enrolmentWire = z.object({ code: z.string(), expires_at: instant });
export type EnrolmentWire = z.infer<typeof enrolmentWire>;
export const revokeNodeInput = z.strictObject({ node_id: id, reason });
export type RevokeNodeInput = z.infer<typeof revokeNodeInput>;
/** This till is the one that the taps are to obey from now on; always by a shift lead's PIN. */
export const takeOverInput = z.strictObject({ request_id: requestId, reason, approval: approvalInput });
export type TakeOverInput = z.output<typeof takeOverInput>;
export const takeOverAnswer = z.object({ incarnation: z.string() });

export const beverageWire = z.object({
  beverage_id: id,
  name: z.string(),
  style: z.string(),
  abv_permille: count,
  price_minor_per_litre: count,
});
export type BeverageWire = z.infer<typeof beverageWire>;
export const createBeverageInput = z.strictObject({
  request_id: requestId,
  name,
  style: z.string().trim().max(80).default(''),
  abv_permille: z.number().int().min(0).max(1000),
  price_minor_per_litre: z.number().int().min(0).max(10_000_000),
});
export type CreateBeverageInput = z.infer<typeof createBeverageInput>;

export const markingCode = z.string().trim().min(1).max(200);
export const kegWire = z.object({
  keg_id: id,
  beverage_id: id,
  beverage: z.string(),
  size_ml: count,
  remaining_ml: z.number().int(),
  state: z.enum(KEG_STATES),
  received_at: instant,
  /** null: never on a tap; else a partial one once it is in store again */
  opened_at: instant.nullable(),
  marking_code: z.string().nullable(),
  tap_number: count.nullable(),
});
export type KegWire = z.infer<typeof kegWire>;
export const receiveKegInput = z.strictObject({
  request_id: requestId,
  beverage_id: id,
  size_ml: z.number().int().min(1).max(1_000_000),
  /** of the marking scheme, where the law wants one */
  marking_code: markingCode.optional(),
});
export type ReceiveKegInput = z.infer<typeof receiveKegInput>;
export const putKegOnTapInput = z.strictObject({ request_id: requestId, tap_id: id, keg_id: id });
export type PutKegOnTapInput = z.infer<typeof putKegOnTapInput>;

export const createTapInput = z.strictObject({ number: z.number().int().min(1).max(99) });
export type CreateTapInput = z.infer<typeof createTapInput>;
export const tapWire = z.object({ tap_id: id, number: count });
export type TapWire = z.infer<typeof tapWire>;

export const emergencyStopInput = z.strictObject({ reason });
export type EmergencyStopInput = z.infer<typeof emergencyStopInput>;
export const emergencyStopAnswer = z.object({ on: z.boolean() });
export type EmergencyStopAnswer = z.infer<typeof emergencyStopAnswer>;

export const READER_STATES = ['ready', 'no_reader', 'no_service', 'no_station'] as const;
export type ReaderState = (typeof READER_STATES)[number];
const readerName = z.string().min(1).max(200);
const card = { uid: z.string().min(1).max(64), reader: readerName };
/** What the process at the card reader tells the till. */
export const stationReport = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('card.scanned'), ...card }),
  z.strictObject({ type: z.literal('card.removed'), ...card }),
  z.strictObject({
    type: z.literal('reader.changed'),
    state: z.enum(['ready', 'no_reader', 'no_service']),
    names: z.array(readerName).max(16),
  }),
]);
export type StationReport = z.infer<typeof stationReport>;

export const subscribeInput = z.strictObject({ lastEventId: z.string().max(120).nullish() });
