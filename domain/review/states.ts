export const REVIEW_STATES = ['open', 'resolved'] as const;
export type ReviewState = (typeof REVIEW_STATES)[number];
export const RESOLUTIONS = ['keep', 'adjust'] as const;
export type Resolution = (typeof RESOLUTIONS)[number];
