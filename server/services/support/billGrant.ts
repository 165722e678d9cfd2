import { bill } from '#domain/pour/bill';
import type { Bill } from '#domain/pour/bill';
import { MAX_AMOUNT_MINOR } from '#domain/quantity/money';
import type { Unit } from '../../db/inTransaction.ts';
import { queryOne } from '../../db/query.ts';
import type { Deps } from './deps.ts';
import { reservedMinor } from './grantRow.ts';
import type { GrantRow } from './grantRow.ts';
import { notifyPos } from './notifyPos.ts';
import { sendLedger } from './postLedger.ts';
import type { LedgerAccountRef, LedgerLine } from './postLedger.ts';
import { openReview } from './review.ts';

export type Charge = {
  grant: GrantRow;
  /** what the guest pays for */
  ml: number;
  /** under the lock of the guest's account */
  balance_minor: number;
  report_id?: number | null;
  operator_id?: number | null;
};

/**
 * The one debit of a grant (invariant 4: the ledger has one `pour` per grant). What the balance does not cover, or what other
 * grants of the guest reserve, becomes a receivable and a review item. The caller holds the guest's account.
 */
export async function billGrant(unit: Unit, deps: Deps, charge: Charge): Promise<Bill> {
  const { grant, ml, balance_minor } = charge;
  const [other_reserves_minor, keg] = await Promise.all([
    reservedMinor(unit, grant.guest_id, grant.id),
    kegOfGrant(unit, grant),
  ]);
  const { price_minor_per_litre } = grant;
  const result = bill({ ml, price_minor_per_litre, balance_minor, other_reserves_minor });
  const { guest_id, visit_id, shift_id, id: grant_id } = grant;
  await sendLedger(unit, {
    kind: 'pour',
    lines: [
      ...splitLines({ kind: 'guest', guest_id }, -result.paid_minor),
      ...splitLines({ kind: 'receivable', guest_id }, -result.unpaid_minor),
      ...splitLines({ kind: 'sales' }, result.cost_minor),
    ],
    shift_id,
    visit_id,
    guest_id,
    grant_id,
    operator_id: charge.operator_id,
  });
  if (result.unpaid_minor > 0)
    await openReview(unit, deps, {
      kind: 'uncovered_pour',
      tap_id: grant.tap_id,
      visit_id,
      guest_id,
      grant_id,
      report_id: charge.report_id,
      facts: { ml, ...result },
    });
  await notifyOfPour(unit, { grant, ml, result, keg, operator_id: charge.operator_id ?? null });
  return result;
}

/** One entry holds at most MAX_AMOUNT_MINOR; a report of any legal volume must still be booked. */
export function splitLines(account: LedgerAccountRef, amount_minor: number): LedgerLine[] {
  const split: LedgerLine[] = [];
  for (let left = amount_minor; left !== 0;) {
    const part = Math.sign(left) * Math.min(Math.abs(left), MAX_AMOUNT_MINOR);
    split.push({ account, amount_minor: part });
    left -= part;
  }
  return split;
}

type SoldKeg = { marking_code: string | null; beverage: string };

const kegOfGrant = (unit: Unit, grant: GrantRow): Promise<SoldKeg> =>
  queryOne<SoldKeg>(
    unit,
    'SELECT k.marking_code, b.name AS beverage FROM kegs k, beverages b WHERE k.id = $1 AND b.id = $2',
    [grant.keg_id, grant.beverage_id],
  );

/** Everything that a fiscal adapter would need of one pour. */
async function notifyOfPour(
  unit: Unit,
  sold: { grant: GrantRow; ml: number; result: Bill; keg: SoldKeg; operator_id: number | null },
): Promise<void> {
  const { grant, ml, result, keg, operator_id } = sold;
  const { visit_id, shift_id, beverage_id, keg_id, price_minor_per_litre } = grant;
  const payload = {
    grant_id: grant.id,
    visit_id,
    shift_id,
    beverage_id,
    keg_id,
    price_minor_per_litre,
    ml,
    operator_id,
  };
  await notifyPos(unit, { kind: 'pour', id: grant.id, payload: { ...payload, ...result, ...keg } });
}
