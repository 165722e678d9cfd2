import { z } from 'zod';
import { PAYMENT_METHODS } from '../ledger/accounts.ts';
import type { XReport, ZReport } from '../shift/zReport.ts';
import { approvalInput } from './approval.ts';
import { amountMinor, id, reason, requestId } from './till.ts';

/** What the screens ask and get about the shift's money. */
const count = z.number().int().min(0);
const signed = z.number().int();
const instant = z.iso.datetime();

export const countLine = z.strictObject({
  value_minor: z.number().int().min(1).max(10_000_000),
  pieces: z.number().int().min(0).max(1_000_000),
});
/** What lies in the drawer, counted without seeing what should; by notes and coins, or as one sum. */
const blindCount = {
  counted_cash_minor: z.number().int().min(0).max(1_000_000_000_000),
  count: z.array(countLine).max(40).nullable().default(null),
  /** needed when the difference is above the setting's limit */
  reason: reason.nullable().default(null),
};

export const openShiftInput = z.strictObject({
  request_id: requestId,
  float_minor: z.number().int().min(0).max(100_000_000),
});
/** A tap that does not confirm an empty queue, and why the shift closes all the same. */
export const waiverInput = z.strictObject({ tap_number: z.number().int().min(1).max(99), reason });
export const closeShiftInput = z.strictObject({
  request_id: requestId,
  ...blindCount,
  waivers: z.array(waiverInput).max(99).default([]),
  /** a shift lead's PIN, needed with waivers */
  approval: approvalInput.nullable().default(null),
});
export const shiftClosedWire = z.object({
  shift_id: id,
  z_number: z.number().int().min(1),
  business_date: z.string(),
  expected_cash_minor: signed,
  counted_cash_minor: count,
  difference_minor: signed,
});
export type ShiftClosedWire = z.infer<typeof shiftClosedWire>;

/** The one who takes the drawer over gives their own PIN. */
export const handOverInput = z.strictObject({ request_id: requestId, ...blindCount, to: approvalInput });
export type HandOverInput = z.input<typeof handOverInput>;
export const handOverAnswer = z.object({
  ended: z.object({
    operator_id: id.nullable(),
    expected_minor: signed,
    counted_minor: count,
    difference_minor: signed,
  }),
  cash_session_id: id,
  operator_id: id,
});
export type HandOverAnswer = z.infer<typeof handOverAnswer>;

/** Who has the drawer now; what should lie in it is not said: the count stays blind. */
export const cashSessionWire = z.object({
  cash_session_id: id,
  operator_id: id.nullable(),
  operator_name: z.string().nullable(),
  float_minor: count,
  opened_at: instant,
});
export type CashSessionWire = z.infer<typeof cashSessionWire>;

export const CASH_DIRECTIONS = ['in', 'out'] as const;
export const moveCashInput = z.strictObject({
  request_id: requestId,
  direction: z.enum(CASH_DIRECTIONS),
  amount_minor: amountMinor,
  reason,
  /** taking cash out needs a shift lead */
  approval: approvalInput.nullable().default(null),
});
export const moveCashAnswer = z.object({ transaction_id: id, expected_cash_minor: signed });
export type MoveCashAnswer = z.infer<typeof moveCashAnswer>;

export const closeWalkedOutInput = z.strictObject({ request_id: requestId, reason, approval: approvalInput });
export const walkedOutVisit = z.object({
  visit_id: id,
  remainder: z.enum(['nothing', 'keep', 'unclaimed']),
  amount_minor: count,
  card_missing: z.boolean(),
});
export const walkedOutAnswer = z.object({
  closed: z.array(walkedOutVisit),
  /** visits with an unsettled grant: those have to be settled first */
  left: z.array(id),
});
export type WalkedOutAnswer = z.infer<typeof walkedOutAnswer>;

const methodTotals = z.object({
  method: z.enum(PAYMENT_METHODS),
  top_up_count: count,
  top_ups_minor: signed,
  refund_count: count,
  refunds_minor: signed,
  net_minor: signed,
});
const cashSessionFigures = z.object({
  operator_id: id.nullable(),
  opened_at: instant,
  ended_at: instant.nullable(),
  float_minor: count,
  expected_minor: signed.nullable(),
  counted_minor: count.nullable(),
  difference_minor: signed.nullable(),
  reason: z.string().nullable(),
});
/** A Z keeps what it was written with: figures that a later version added are absent from older ones. */
const shiftFigures = {
  shift_id: id,
  business_date: z.string(),
  opened_at: instant,
  opened_by: id.nullable(),
  float_minor: count,
  methods: z.array(methodTotals),
  cash_moves: z.object({ in_minor: count, out_minor: count }).default({ in_minor: 0, out_minor: 0 }),
  cash_sessions: z.array(cashSessionFigures).default([]),
  sales: z.array(
    z.object({ beverage_id: id, beverage: z.string(), pours: count, ml: count, sales_minor: signed }),
  ),
  sales_minor: signed,
  receivables: z.object({ new_minor: signed, paid_minor: signed }),
  corrections: z
    .object({
      comped_ml: count,
      comped_minor: signed,
      reversed_ml: count,
      reversed_minor: signed,
      adjusted_minor: signed,
      written_off_minor: signed,
      debts_paid_cash_minor: signed,
      debts_paid_card_minor: signed,
      rounded_minor: signed.default(0),
    })
    .optional(),
  liabilities: z.object({ guests_minor: signed, receivable_minor: signed, unclaimed_minor: signed }),
};
export const xReportWire = z.object({
  ...shiftFigures,
  taken_at: instant,
  taken_by: id,
  expected_minor: signed,
}) satisfies z.ZodType<XReport>;
export const zReportWire = z.object({
  ...shiftFigures,
  z_number: z.number().int().min(1),
  closed_at: instant,
  closed_by: id,
  cash: z.object({ expected_minor: signed, counted_minor: count, difference_minor: signed }),
  count: z.array(countLine).nullable().default(null),
  reason: z.string().nullable().default(null),
  waived_taps: z.array(z.object({ tap_number: count, reason: z.string(), approved_by: id })).default([]),
  recoveries: z.array(z.object({ at: instant, operator_id: id })).default([]),
}) satisfies z.ZodType<ZReport>;

/** A file to keep: the Z as a table. */
export const zCsvAnswer = z.object({ name: z.string(), csv: z.string() });
export type ZCsvAnswer = z.infer<typeof zCsvAnswer>;

export const byShift = z.strictObject({ shift_id: id });
export const takeXInput = z.strictObject({ request_id: requestId });
export const shiftsListInput = z.strictObject({
  before_id: id.nullable().default(null),
  limit: z.number().int().min(1).max(200).default(50),
});
export const shiftRow = z.object({
  shift_id: id,
  state: z.enum(['open', 'closed']),
  business_date: z.string(),
  opened_at: instant,
  closed_at: instant.nullable(),
  z_number: z.number().int().min(1).nullable(),
  sales_minor: signed.nullable(),
  difference_minor: signed.nullable(),
  x_reports: count,
});
export type ShiftRow = z.infer<typeof shiftRow>;
/** Every report of a shift as it was taken; they never change. */
export const shiftReports = z.object({ z: zReportWire.nullable(), x: z.array(xReportWire) });
export type ShiftReports = z.infer<typeof shiftReports>;
