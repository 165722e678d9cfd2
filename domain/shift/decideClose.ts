export type CloseFacts = {
  active_visits: number;
  unsettled_grants: number;
  /** taps that are silent or still hold reports, by number */
  unconfirmed_taps: readonly number[];
  /** those of them that a shift lead answers for, each with a reason */
  waived_taps: readonly number[];
  expected_minor: number;
  counted_minor: number;
  /** a greater difference needs a reason */
  difference_limit_minor: number;
  reason_given: boolean;
};
export type CloseDecision =
  { outcome: 'blocked' } | { outcome: 'reason_needed' } | { outcome: 'closed'; difference_minor: number };

/**
 * Active visits and unsettled grants are never waivable: after the close no money can arrive late. A tap that does not
 * confirm an empty queue is: what it still holds can move only kegs and review items.
 */
export function decideClose(facts: CloseFacts): CloseDecision {
  if (facts.active_visits > 0 || facts.unsettled_grants > 0) return { outcome: 'blocked' };
  if (facts.unconfirmed_taps.some((tap) => !facts.waived_taps.includes(tap))) return { outcome: 'blocked' };
  const difference_minor = facts.counted_minor - facts.expected_minor;
  if (needsReason(facts)) return { outcome: 'reason_needed' };
  return { outcome: 'closed', difference_minor };
}

/** Of a count at a hand-over too. */
export function needsReason(
  count: Pick<CloseFacts, 'expected_minor' | 'counted_minor' | 'difference_limit_minor' | 'reason_given'>,
): boolean {
  const difference = Math.abs(count.counted_minor - count.expected_minor);
  return difference > count.difference_limit_minor && !count.reason_given;
}
