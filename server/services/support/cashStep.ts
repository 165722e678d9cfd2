import type { PaymentMethod } from '#domain/ledger/accounts';
import { NO_CASH_STEP } from '#domain/ledger/cashRounding';
import type { Unit } from '../../db/inTransaction.ts';
import { readSettings } from './settings.ts';

/** What a payment is rounded to now: what is booked stays as it was, whatever is set later. */
export async function cashStep(unit: Unit, method: PaymentMethod): Promise<number> {
  return method === 'cash' ? (await readSettings(unit)).till.cash_step_minor : NO_CASH_STEP;
}
