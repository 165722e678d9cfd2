import type { TapState } from './state.ts';
import type { Step } from './steps.ts';

export type Decision = { readonly state: TapState; readonly steps: readonly Step[] };

export function become(state: TapState, ...steps: Step[]): Decision {
  return { state, steps };
}

/** What follows from `decision`, its steps first. */
export function andThen(decision: Decision, next: (state: TapState) => Decision): Decision {
  const more = next(decision.state);
  return { state: more.state, steps: [...decision.steps, ...more.steps] };
}

/** Something that is due: `at` a time, or at once (−Infinity). What it does must move or end its own timer. */
export type Timer = { readonly at: number; readonly due: (state: TapState, now: number) => Decision };

export const AT_ONCE = -Infinity;
