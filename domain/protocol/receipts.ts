import { z } from 'zod';
import { PAYMENT_METHODS } from '../ledger/accounts.ts';
import { PRINTER_PROBLEMS, PRINT_STATES } from '../receipt/documents.ts';
import type { ReceiptDocument } from '../receipt/documents.ts';
import { id, reason, requestId } from './till.ts';

/** Receipts: seen on the screen, printed, printed again. */
const count = z.number().int().min(0);
const instant = z.iso.datetime();

export const guestDocument = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('money'), transaction_id: id }),
  z.strictObject({ kind: z.literal('visit'), visit_id: id }),
  z.strictObject({ kind: z.literal('trial') }),
]) satisfies z.ZodType<ReceiptDocument>;
export const shiftDocument = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('x'), shift_id: id, nth: z.number().int().min(1).max(1_000) }),
  z.strictObject({ kind: z.literal('z'), shift_id: id }),
]) satisfies z.ZodType<ReceiptDocument>;
export const anyDocument = z.union([
  guestDocument,
  shiftDocument,
  z.strictObject({ kind: z.literal('drawer') }),
]) satisfies z.ZodType<ReceiptDocument>;

/** A picture of the paper, safe to show as an image. */
export const receiptPicture = z.object({ svg: z.string() });
export type ReceiptPicture = z.infer<typeof receiptPicture>;

export const printGuestInput = z.strictObject({ request_id: requestId, document: guestDocument });
export const printShiftInput = z.strictObject({ request_id: requestId, document: shiftDocument });
export const openDrawerInput = z.strictObject({ request_id: requestId, reason });
export const cancelPrintInput = z.strictObject({ request_id: requestId, job_id: id });

export const printJobWire = z.object({
  job_id: id,
  document: anyDocument,
  state: z.enum(PRINT_STATES),
  attempts: count,
  problem: z.enum(PRINTER_PROBLEMS).nullable(),
  created_at: instant,
  ended_at: instant.nullable(),
});
export type PrintJobWire = z.infer<typeof printJobWire>;

/** What the banner says, and the newest prints first. */
export const printerStateWire = z.object({
  set_up: z.boolean(),
  waiting: count,
  /** of the print that is tried now or was given up last; null: the last one came out */
  problem: z.enum(PRINTER_PROBLEMS).nullable(),
  jobs: z.array(printJobWire),
});
export type PrinterStateWire = z.infer<typeof printerStateWire>;

/** Money that changed hands in a visit, newest first: what a receipt can be printed of. */
export const moneyRow = z.object({
  transaction_id: id,
  kind: z.enum(['top_up', 'refund']),
  method: z.enum(PAYMENT_METHODS),
  amount_minor: count,
  at: instant,
});
export type MoneyRow = z.infer<typeof moneyRow>;
