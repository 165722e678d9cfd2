import type { KegWire } from '#domain/protocol/equipment';

export type KegChange = 'markEmpty' | 'correct' | 'mark' | 'giveBack';

/** What may be put right about a keg where it is now. */
export function changesOf({ state, tap_number }: KegWire): KegChange[] {
  if (state === 'on_tap') return ['markEmpty', 'correct', 'mark'];
  if (state === 'in_store') return ['mark', 'giveBack'];
  return state === 'empty' && tap_number === null ? ['mark', 'giveBack'] : ['mark'];
}

/** Beer that leaves the books, or goes to another keg, is a shift lead's word. */
export const needsLead = (change: KegChange): boolean => change === 'correct' || change === 'giveBack';

export const KEG_REASONS: Record<KegChange, readonly string[]> = {
  markEmpty: ['foam', 'nothing'],
  correct: ['mixedUp', 'unsaid'],
  mark: [],
  giveBack: ['spoilt', 'expired', 'unsold'],
};
