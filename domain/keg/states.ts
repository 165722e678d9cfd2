export const KEG_STATES = ['in_store', 'on_tap', 'empty', 'returned'] as const;
export type KegState = (typeof KEG_STATES)[number];

/** How far below zero a keg may be poured before it is empty: a share of its size, whole ml. */
export function kegAllowanceMl(size_ml: number, allowance_percent: number): number {
  return Math.floor((size_ml * allowance_percent) / 100);
}
