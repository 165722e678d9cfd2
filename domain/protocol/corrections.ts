import { z } from 'zod';
import { CORRECTION_KINDS } from '../pour/charge.ts';
import { RESOLUTIONS, REVIEW_STATES } from '../review/states.ts';
import { approvalInput } from './approval.ts';
import { HOUSE_PURPOSES } from '../visit/house.ts';
import { amountMinor, id, paymentMethod, reason, requestId, uidInput } from './till.ts';

/** What the screens ask and get when a charge, a debt or a limit is put right. */
const count = z.number().int().min(0);
const signed = z.number().int();
const instant = z.iso.datetime();
const approval = approvalInput.nullable().default(null);

/** `approval`: another's PIN, when it is more than the caller may give on one business date. */
export const compPourInput = z.strictObject({
  request_id: requestId,
  pour_id: id,
  ml: z.number().int().min(1).max(100_000),
  reason,
  approval,
});
export const reversePourInput = z.strictObject({ request_id: requestId, pour_id: id, reason, approval });

export const byReview = z.strictObject({ review_id: id });
export const reviewListInput = z.strictObject({
  state: z.enum(REVIEW_STATES).default('open'),
  kind: z.string().min(1).max(60).nullable().default(null),
});
/** keep: a shift lead's session or PIN. adjust: always a shift lead's PIN, and money moves by the difference. */
export const resolveReviewInput = z.strictObject({
  request_id: requestId,
  review_id: id,
  resolution: z.enum(RESOLUTIONS),
  reason,
  approval,
});

export const compareWire = z.object({
  charged_ml: count,
  charged_minor: signed,
  metered_ml: count,
  first_flush_ml: count,
  kick_ml: count,
  billable_ml: count,
  billable_minor: count,
  price_minor_per_litre: count,
  difference_ml: signed,
  difference_minor: signed,
});
export const correctionWire = z.object({
  correction_id: id,
  kind: z.enum(CORRECTION_KINDS),
  ml: signed,
  amount_minor: signed,
  transaction_id: id.nullable(),
  shift_id: id,
  operator_id: id,
  approved_by: id,
  reason: z.string(),
  created_at: instant,
});
export const reviewRow = z.object({
  review_id: id,
  kind: z.string(),
  state: z.enum(REVIEW_STATES),
  tap_number: count.nullable(),
  visit_id: id.nullable(),
  guest_id: id.nullable(),
  guest_name: z.string().nullable(),
  grant_id: z.uuid().nullable(),
  short_id: z.string().nullable(),
  report_id: id.nullable(),
  facts: z.record(z.string(), z.unknown()),
  created_at: instant,
  resolved_at: instant.nullable(),
  resolved_by: id.nullable(),
  resolution: z.string().nullable(),
  resolution_reason: z.string().nullable(),
});
export type ReviewRow = z.infer<typeof reviewRow>;

/** As it came from the node, word for word. */
export const rawReportWire = z.object({
  report_id: id,
  node_id: id,
  tap_id: id.nullable(),
  client_tx_id: z.string().nullable(),
  verdict: z.string(),
  quarantine_reason: z.string().nullable(),
  metered_ml: count.nullable(),
  received_at: instant,
  body: z.string(),
});
export type RawReportWire = z.infer<typeof rawReportWire>;
/** What the trail tells of a pour: who did what, and how much it was about. */
export const storyLine = z.object({
  at: instant,
  action: z.string(),
  operator_name: z.string().nullable(),
  /** below zero where a correction took beer off the charge */
  ml: z.int().nullable(),
});
export type StoryLine = z.infer<typeof storyLine>;
export const reviewDetail = reviewRow.extend({
  compare: compareWire.nullable(),
  /** whether `adjust` may be chosen */
  adjustable: z.boolean(),
  report: rawReportWire.nullable(),
  /** everything that has changed the charge of this pour */
  corrections: z.array(correctionWire),
  /** how it was, oldest first */
  story: z.array(storyLine),
});
export type ReviewDetail = z.infer<typeof reviewDetail>;

export const receivableRow = z.object({
  guest_id: id,
  guest_name: z.string().nullable(),
  debt_minor: count,
  since: instant,
  active_visit_id: id.nullable(),
});
export type ReceivableRow = z.infer<typeof receivableRow>;
const ofDebt = { request_id: requestId, guest_id: id, amount_minor: amountMinor };
export const payReceivableInput = z.strictObject({ ...ofDebt, method: paymentMethod });
export const writeOffInput = z.strictObject({ ...ofDebt, reason, approval: approvalInput });
/** To a guest who can be found again by name. */
export const carryReceivableInput = z.strictObject({ ...ofDebt, to_guest_id: id, reason, approval });
export const receivableAnswer = z.object({ guest_id: id, debt_minor: count });
export type ReceivableAnswer = z.infer<typeof receivableAnswer>;

/** Beer on the house, for a purpose; a shift lead's session or PIN. */
export const openHouseInput = z.strictObject({
  request_id: requestId,
  purpose: z.enum(HOUSE_PURPOSES),
  card_uid: uidInput.nullable().default(null),
  reason,
  approval,
});

export const raiseLimitInput = z.strictObject({
  request_id: requestId,
  visit_id: id,
  /** in the unit of the bar's service limit */
  extra: z.number().int().min(1).max(100_000),
  reason,
  approval: approvalInput,
});
