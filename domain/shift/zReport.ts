import type { PaymentMethod } from '../ledger/accounts.ts';
import type { CountLine } from './denominations.ts';

/** What an X and a Z both show of a shift. Money in minor units, volumes in ml; the figures of this shift unless said otherwise. */
export type ShiftFigures = {
  shift_id: number;
  business_date: string;
  opened_at: string;
  opened_by: number | null;
  float_minor: number;
  methods: MethodTotals[];
  /** put into the drawer or taken out of it, beside guests' money */
  cash_moves: { in_minor: number; out_minor: number };
  /** who had the drawer from when to when */
  cash_sessions: CashSessionFigures[];
  sales: BeverageSales[];
  sales_minor: number;
  /** unpaid parts of pours that became debts, and debts paid */
  receivables: { new_minor: number; paid_minor: number };
  /** what charges were put right by in this shift, whichever shift they were of; absent from a Z older than that */
  corrections?: CorrectionFigures;
  /** all time, at the moment of the report */
  liabilities: { guests_minor: number; receivable_minor: number; unclaimed_minor: number };
};

export type CorrectionFigures = {
  comped_ml: number;
  /** net of all that went to and came back from `comp`, house visits included */
  comped_minor: number;
  reversed_ml: number;
  reversed_minor: number;
  /** by reviews, either way */
  adjusted_minor: number;
  /** debts the house bears */
  written_off_minor: number;
  /** debts paid at the till past the guest's account: in the drawer, on the terminal */
  debts_paid_cash_minor: number;
  debts_paid_card_minor: number;
  /** what cash was rounded by in the guests' favour; absent from a Z older than that */
  rounded_minor?: number;
};

/** Taken in the middle of a shift; it ends nothing. */
export type XReport = ShiftFigures & {
  taken_at: string;
  taken_by: number;
  expected_minor: number;
};

/** What a Z keeps for ever. */
export type ZReport = ShiftFigures & {
  z_number: number;
  closed_at: string;
  closed_by: number;
  cash: { expected_minor: number; counted_minor: number; difference_minor: number };
  /** null: counted as one sum */
  count: CountLine[] | null;
  reason: string | null;
  /** taps that did not confirm an empty queue, and who answered for each */
  waived_taps: WaivedTap[];
  /** the recovery code was used in this shift or since the last one */
  recoveries: { at: string; operator_id: number }[];
};

export type WaivedTap = { tap_number: number; reason: string; approved_by: number };

export type CashSessionFigures = {
  operator_id: number | null;
  opened_at: string;
  ended_at: string | null;
  float_minor: number;
  expected_minor: number | null;
  counted_minor: number | null;
  difference_minor: number | null;
  reason: string | null;
};

export type MethodTotals = {
  method: PaymentMethod;
  top_up_count: number;
  top_ups_minor: number;
  refund_count: number;
  refunds_minor: number;
  net_minor: number;
};

export type BeverageSales = {
  beverage_id: number;
  beverage: string;
  pours: number;
  ml: number;
  sales_minor: number;
};
