/**
 * Which till speaks: two databases that began as one are told apart by it (H27). A restore makes a new incarnation and a
 * higher generation; within one life the mark only grows.
 */
export type TillLife = {
  incarnation: string;
  generation: number;
  /** the till's latest lasting entry when it answered */
  commit_mark: number;
};

/**
 * How far a new life leaps over what another may have given out, so that no number that a node, a guest or a printed slip has
 * seen is ever given twice. Codes run in a ring of a thousand: half of it away is as far as one can be from those given last.
 */
export const LEAP = { ids: 1_000, epoch: 1_000, codes: 500 } as const;

/**
 * Is the till that answers older than the one that this node knows? `asked_at`: the highest mark that the node had seen when
 * it asked: answers overtake each other, but none was written before what the node had heard by then.
 */
export function isOlderTill(known: TillLife | null, said: TillLife, asked_at: number): boolean {
  if (known === null) return false;
  if (said.generation !== known.generation) return said.generation < known.generation;
  return said.incarnation !== known.incarnation || said.commit_mark < asked_at;
}

/** The highest that was seen. */
export function latestLife(known: TillLife | null, said: TillLife): TillLife {
  if (known?.generation !== said.generation) return said;
  return { ...said, commit_mark: Math.max(known.commit_mark, said.commit_mark) };
}
