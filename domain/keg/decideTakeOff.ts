import type { ErrorCode } from '../errors.ts';
import type { KegState } from './states.ts';

/** What becomes of a keg that leaves its tap: back to the store with its remainder, or at its end. */
export const KEG_FATES = ['partial', 'empty', 'returned'] as const;
export type KegFate = (typeof KEG_FATES)[number];

export type TakeOffFacts = {
  /** null: no keg is on the tap */
  keg_state: KegState | null;
  /** a grant of the tap whose lease still runs: the valve may be open */
  pour_may_run: boolean;
  fate: KegFate;
};
export type TakeOffDecision =
  | { effect: 'refuse'; code: Extract<ErrorCode, 'tap.has_no_keg' | 'tap.pour_may_run'> }
  | {
      effect: 'take_off';
      state: KegState;
      /** the remainder becomes 0, and what it was is the keg's yield variance */
      book_rest: boolean;
    };

/** A partial keg keeps exactly what it had: it is neither full again nor empty. */
export function decideTakeOff({ keg_state, pour_may_run, fate }: TakeOffFacts): TakeOffDecision {
  if (keg_state === null) return { effect: 'refuse', code: 'tap.has_no_keg' };
  if (pour_may_run) return { effect: 'refuse', code: 'tap.pour_may_run' };
  if (fate === 'partial') return { effect: 'take_off', state: 'in_store', book_rest: false };
  return { effect: 'take_off', state: fate, book_rest: true };
}
