/** A tap is silent on the board when its node has not been heard for this long. Money never looks at it. */
export const NODE_SILENT_MS = 5_000;
