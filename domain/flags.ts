export const FLAGS = [
  'FF_VISIT_ENFORCEMENT',
  'FF_ACTIVE_TAP_LOCK',
  'FF_SYNC_STATUS_ENFORCEMENT',
  'FF_MANUAL_POUR_RECONCILE',
  'FF_BACKEND_SHIFT_AUTHORITY',
  'FF_LOST_CARD_ENFORCEMENT',
  'FF_POS_ADAPTER_STUB',
] as const;
export type Flag = (typeof FLAGS)[number];
export type Flags = Readonly<Record<Flag, boolean>>;
export const ALL_FLAGS_ON = Object.fromEntries(FLAGS.map((flag) => [flag, true])) as Flags;
