export const VISIT_STATES = ['active', 'closed'] as const;
export type VisitState = (typeof VISIT_STATES)[number];
