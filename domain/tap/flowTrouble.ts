/** What a node notices of its own flow: the valve opened again and again and nothing ran; beer runs far slower than it does here. */
export const FLOW_TROUBLES = ['no_flow', 'low_flow'] as const;
export type FlowTrouble = (typeof FLOW_TROUBLES)[number];
