/** The life of a grant: 10-grants. `open` and `orphaned` are unsettled: they reserve their limit and only they can move money. */
export const GRANT_STATES = ['open', 'orphaned', 'settled', 'released', 'manual'] as const;
export type GrantState = (typeof GRANT_STATES)[number];

export const GRANT_MOVES = {
  open: ['orphaned', 'settled', 'released', 'manual'],
  orphaned: ['settled', 'released', 'manual'],
  settled: [],
  released: [],
  manual: [],
} as const satisfies Record<GrantState, readonly GrantState[]>;

export function canMoveGrant(from: GrantState, to: GrantState): boolean {
  return (GRANT_MOVES[from] as readonly GrantState[]).includes(to);
}

export function isUnsettled(state: GrantState): boolean {
  return GRANT_MOVES[state].length > 0;
}
