/** How a card left its visit. */
export const CARD_END_REASONS = ['returned', 'missing', 'lost', 'replaced', 'retired'] as const;
export type CardEndReason = (typeof CARD_END_REASONS)[number];
