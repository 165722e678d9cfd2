export type CloseFacts = {
  active_visits: number;
  unsettled_grants: number;
  expected_minor: number;
  counted_minor: number;
};
export type CloseDecision = { outcome: 'blocked' } | { outcome: 'closed'; difference_minor: number };

/** Active visits and unsettled grants are never waivable: after the close no money can arrive late. */
export function decideClose(facts: CloseFacts): CloseDecision {
  if (facts.active_visits > 0 || facts.unsettled_grants > 0) return { outcome: 'blocked' };
  return { outcome: 'closed', difference_minor: facts.counted_minor - facts.expected_minor };
}
