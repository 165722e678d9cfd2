import { z } from 'zod';
import { approvalInput } from './approval.ts';
import { id, reason, requestId, uidInput } from './till.ts';

/** What the screens ask and get about cards that are not where their guest is. */
const instant = z.iso.datetime();

export const lostCardRow = z.object({
  lost_id: id,
  card_uid: z.string(),
  visit_id: id.nullable(),
  guest_id: id.nullable(),
  guest_name: z.string().nullable(),
  reason: z.string(),
  reported_at: instant,
  reported_by: z.string().nullable(),
  /** null: still lost */
  found_at: instant.nullable(),
  found_by: z.string().nullable(),
});
export type LostCardRow = z.infer<typeof lostCardRow>;

export const cardFoundInput = z.strictObject({ request_id: requestId, lost_id: id });
export type CardFoundInput = z.infer<typeof cardFoundInput>;

/** A card that is worn out leaves the pool for good. */
export const retireCardInput = z.strictObject({
  request_id: requestId,
  uid: uidInput,
  reason,
  /** a shift lead's PIN, where a cashier asks */
  approval: approvalInput.nullable().default(null),
});
export type RetireCardInput = z.output<typeof retireCardInput>;
