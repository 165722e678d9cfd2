/** Why a keg's remainder moved. */
export const KEG_MOVEMENT_KINDS = [
  'pour',
  'manual',
  'late_difference',
  'unbilled',
  'flow_loss',
  'correction',
  'yield_variance',
] as const;
export type KegMovementKind = (typeof KEG_MOVEMENT_KINDS)[number];

/** Metered volume that belongs to no guest. */
export const FLOW_LOSS_KINDS = ['cleaning', 'leak', 'kick', 'after_close'] as const;
export type FlowLossKind = (typeof FLOW_LOSS_KINDS)[number];
