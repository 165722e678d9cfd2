import type { Step, StepKind, StepOf } from './steps.ts';

/** A step without an executor, or an executor without a step, does not compile. */
export type Executors = { readonly [Kind in StepKind]: (step: StepOf<Kind>) => void };

/** Carries one step out. Executors return at once; what comes of it comes back as an event. */
export function perform<Kind extends StepKind>(executors: Executors, step: StepOf<Kind> & Step): void {
  const execute: (step: StepOf<Kind>) => void = executors[step.kind];
  execute(step);
}
