import type { VisitRow } from '#domain/protocol/till';
import type { HousePurpose } from '#domain/visit/house';

export type VisitRowRead = Omit<VisitRow, 'opened_at' | 'lock' | 'house_purpose'> & {
  house_purpose: HousePurpose | null;
  opened_at: Date;
  active_tap_id: number | null;
  lock_tap_number: number | null;
  lock_set_at: Date | null;
  lock_grant_id: string | null;
};

export function presentVisitRow(row: VisitRowRead): VisitRow {
  return {
    visit_id: row.visit_id,
    guest_id: row.guest_id,
    guest_name: row.guest_name,
    balance_minor: row.balance_minor,
    card_uid: row.card_uid,
    opened_at: row.opened_at.toISOString(),
    lock: presentLock(row),
    pending_pours: row.pending_pours,
    ...(row.house_purpose && { house_purpose: row.house_purpose }),
  };
}

/** Lock set ⇔ open grant (invariant 8), so either all of it is there or none. */
function presentLock(row: VisitRowRead): VisitRow['lock'] {
  const { active_tap_id, lock_tap_number, lock_set_at, lock_grant_id } = row;
  if (active_tap_id === null || lock_tap_number === null || lock_set_at === null || lock_grant_id === null)
    return null;
  return {
    tap_id: active_tap_id,
    tap_number: lock_tap_number,
    lock_set_at: lock_set_at.toISOString(),
    grant_id: lock_grant_id,
  };
}
