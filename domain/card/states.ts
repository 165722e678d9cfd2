export const CARD_STATES = ['available', 'assigned', 'missing', 'lost', 'retired'] as const;
export type CardState = (typeof CARD_STATES)[number];
