import { z } from 'zod';
import { id, LIVE_EVENTS } from './till.ts';

/** The trail and the events, for the screens that look back. Newest first, a page at a time. */
const count = z.number().int().min(0);
const instant = z.iso.datetime();
const page = {
  visit_id: id.nullable().default(null),
  guest_id: id.nullable().default(null),
  tap_id: id.nullable().default(null),
  from: instant.nullable().default(null),
  to: instant.nullable().default(null),
  before_id: id.nullable().default(null),
  limit: z.number().int().min(1).max(500).default(100),
};

export const auditListInput = z.strictObject({
  ...page,
  /** `visit.closed`, or `visit.` for all of them */
  action: z
    .string()
    .regex(/^[a-z_]+(\.[a-z_]*)?$/)
    .max(60)
    .nullable()
    .default(null),
  operator_id: id.nullable().default(null),
  node_id: id.nullable().default(null),
  card_id: id.nullable().default(null),
  grant_id: z.uuid().nullable().default(null),
});
export type AuditListInput = z.output<typeof auditListInput>;
export const auditRow = z.object({
  id,
  action: z.string(),
  at: instant,
  operator_id: id.nullable(),
  operator_name: z.string().nullable(),
  node_id: id.nullable(),
  till_id: id.nullable(),
  visit_id: id.nullable(),
  guest_id: id.nullable(),
  tap_id: id.nullable(),
  tap_number: count.nullable(),
  card_id: id.nullable(),
  grant_id: z.uuid().nullable(),
  reason: z.string().nullable(),
  details: z.record(z.string(), z.unknown()),
  /** of a refusal that came again and again */
  repeats: count,
  last_at: instant.nullable(),
});
export type AuditRow = z.infer<typeof auditRow>;

export const eventListInput = z.strictObject({
  ...page,
  type: z.enum(LIVE_EVENTS).nullable().default(null),
});
export type EventListInput = z.output<typeof eventListInput>;
export const eventRow = z.object({
  id,
  type: z.string(),
  at: instant,
  visit_id: id.nullable(),
  guest_id: id.nullable(),
  tap_id: id.nullable(),
  details: z.record(z.string(), z.unknown()),
});
export type EventRow = z.infer<typeof eventRow>;
