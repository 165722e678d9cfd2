import type { TapStatus } from './statuses.ts';

/** What a card of the staff may do at a tap. */
export const TAP_OFFERS = ['pour', 'clean', 'rinse', 'end_cleaning'] as const;
export type TapOffer = (typeof TAP_OFFERS)[number];

export type OfferFacts = {
  /** the node speaks for this tap and is not outdated */
  may_speak: boolean;
  emergency_stop: boolean;
  status: TapStatus;
  /** a grant of this tap may have its valve open */
  pour_may_run: boolean;
  /** the card is on a visit of the house */
  has_visit: boolean;
};

/**
 * In the order in which the tap's screen offers them; the first is taken when the card stays where it is. None: the card is
 * judged like a guest's, and so it is where it could only pour.
 */
export function offersOf(facts: OfferFacts): TapOffer[] {
  if (!facts.may_speak || facts.emergency_stop) return [];
  if (facts.status === 'cleaning') return ['rinse', 'end_cleaning'];
  if (facts.status !== 'selling' || facts.pour_may_run) return [];
  return facts.has_visit ? ['pour', 'clean'] : ['clean'];
}
