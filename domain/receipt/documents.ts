/** What the till prints, and what each is of. */
export const RECEIPT_KINDS = ['money', 'visit', 'x', 'z', 'trial', 'drawer'] as const;
export type ReceiptKind = (typeof RECEIPT_KINDS)[number];

/** A document by its facts: nobody's name stands in it, so an erased guest is gone from waiting prints too. */
export type ReceiptDocument =
  | { kind: 'money'; transaction_id: number }
  | { kind: 'visit'; visit_id: number }
  /** `nth` of the shift's X reports, from 1 */
  | { kind: 'x'; shift_id: number; nth: number }
  | { kind: 'z'; shift_id: number }
  | { kind: 'trial' }
  /** no paper: the drawer only */
  | { kind: 'drawer' };

/** Why the printer does not print; each has a remedy in both languages. */
export const PRINTER_PROBLEMS = [
  'not_set_up',
  'unreachable',
  'no_answer',
  'cut_off',
  'no_device',
  'no_permission',
  'no_space',
  'unknown',
] as const;
export type PrinterProblem = (typeof PRINTER_PROBLEMS)[number];

export const PRINT_STATES = ['waiting', 'printed', 'failed', 'cancelled'] as const;
export type PrintState = (typeof PRINT_STATES)[number];

/** Waits this long, then a person asks for it again: a printer that comes back must not print an old evening. */
export const GIVE_UP_AFTER_MS = 5 * 60_000;

/** 1, 2, 4, 8, then every 15 s. */
export const retryAfterMs = (attempts: number): number =>
  Math.min(15_000, 1000 * 2 ** Math.max(0, attempts - 1));
