import type { VisitRow } from '#domain/protocol/till';

/** How a visit stands in the list: one of four, each with its own icon. */
export type LockState = 'pouring' | 'pending' | 'no_card' | 'free';

export function lockStateOf(visit: Pick<VisitRow, 'lock' | 'pending_pours' | 'card_uid'>): LockState {
  if (visit.pending_pours > 0) return 'pending';
  if (visit.lock !== null) return 'pouring';
  return visit.card_uid === null ? 'no_card' : 'free';
}
