import { isDeepStrictEqual } from 'node:util';

/** Asked some thousand times in each run: nothing is built for what holds. */
export function must(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(otherwise);
}

export const sameAs = (one: unknown, other: unknown): boolean => isDeepStrictEqual(one, other);
