import type { PaymentMethod } from '../ledger/accounts.ts';

/** What a Z keeps for ever. Money in minor units, volumes in ml; the figures of this shift unless said otherwise. */
export type ZReport = {
  z_number: number;
  shift_id: number;
  business_date: string;
  opened_at: string;
  closed_at: string;
  opened_by: number | null;
  closed_by: number;
  float_minor: number;
  methods: readonly MethodTotals[];
  cash: { expected_minor: number; counted_minor: number; difference_minor: number };
  sales: readonly BeverageSales[];
  sales_minor: number;
  /** unpaid parts of pours that became debts, and debts paid */
  receivables: { new_minor: number; paid_minor: number };
  /** all time, at the moment of the close */
  liabilities: { guests_minor: number; receivable_minor: number; unclaimed_minor: number };
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
