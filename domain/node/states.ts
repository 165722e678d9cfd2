export const NODE_STATES = ['active', 'revoked'] as const;
export type NodeState = (typeof NODE_STATES)[number];
