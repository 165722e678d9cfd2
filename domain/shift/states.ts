export const SHIFT_STATES = ['open', 'closed'] as const;
export type ShiftState = (typeof SHIFT_STATES)[number];
