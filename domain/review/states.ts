export const REVIEW_STATES = ['open', 'resolved'] as const;
export type ReviewState = (typeof REVIEW_STATES)[number];
