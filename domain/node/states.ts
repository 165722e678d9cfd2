export const NODE_STATES = ['active', 'revoked'] as const;
export type NodeState = (typeof NODE_STATES)[number];

/** A node that asks to be taken in: its number is hidden, its code is shown, somebody has decided. */
export const PAIRING_STATES = ['asked', 'waiting', 'confirmed', 'refused'] as const;
export type PairingState = (typeof PAIRING_STATES)[number];
