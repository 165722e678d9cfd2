import type { Oddity } from '#domain/pour/oddities';
import type { QuarantineReason } from '#domain/pour/decideSettle';
import type { Unit } from '../../db/inTransaction.ts';
import { queryOne } from '../../db/query.ts';
import { appendEvent } from '../../events/append.ts';
import type { Deps } from './deps.ts';

/** What a person must look at. */
export type ReviewKind =
  | QuarantineReason
  | Oddity
  | 'late_sync_mismatch'
  | 'unbilled_pour'
  | 'uncovered_pour'
  | 'seq_gap'
  | 'journal_new'
  | 'journal_went_back'
  | 'keg_beverage_differs'
  | 'closed_valve_flow'
  | 'meter_gap';

export type NewReview = {
  kind: ReviewKind;
  tap_id?: number | null;
  visit_id?: number | null;
  guest_id?: number | null;
  grant_id?: string | null;
  report_id?: number | null;
  facts?: Readonly<Record<string, string | number | boolean | null>>;
};

export async function openReview(unit: Unit, deps: Deps, item: NewReview): Promise<number> {
  const { id } = await queryOne<{ id: number }>(
    unit,
    `INSERT INTO review_items (kind, tap_id, visit_id, guest_id, grant_id, report_id, facts)
     VALUES ($1, $2, $3, $4, $5, $6, $7::jsonb) RETURNING id`,
    [
      item.kind,
      item.tap_id ?? null,
      item.visit_id ?? null,
      item.guest_id ?? null,
      item.grant_id ?? null,
      item.report_id ?? null,
      JSON.stringify(item.facts ?? {}),
    ],
  );
  await appendEvent(unit, deps, {
    type: 'review.changed',
    visit_id: item.visit_id,
    tap_id: item.tap_id,
    details: { review_item_id: id, kind: item.kind },
  });
  return id;
}
