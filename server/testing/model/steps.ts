import fc from 'fast-check';
import { TAP_STEPS } from './tapSteps.ts';
import { TILL_STEPS } from './tillSteps.ts';
import type { Choice, Do } from './world.ts';

export const STEPS = { ...TAP_STEPS, ...TILL_STEPS } satisfies Record<string, Do>;
export type StepName = keyof typeof TAP_STEPS | keyof typeof TILL_STEPS;

/** One caller. `joins` > 0: it does not wait for the one before it. */
export type Step = Choice & { what: StepName; joins: number };

/** At once in flight: at most this many callers. */
const MOST_AT_ONCE = 5;

/** How often each is asked for; what is rare in a bar is common here, but pours there must be. */
const WEIGHTS: Record<StepName, number> = {
  authorise: 12,
  askAgain: 2,
  askOtherwise: 1,
  cancel: 1,
  settle: 6,
  settleAny: 2,
  settleOverLimit: 3,
  redeliver: 3,
  otherFacts: 2,
  lateSync: 5,
  orphanSync: 8,
  overrun: 3,
  endLease: 2,
  hello: 1,
  topUp: 4,
  refund: 3,
  again: 4,
  otherBody: 2,
  forceUnlock: 3,
  reconcile: 3,
  silent: 3,
  reportLost: 1,
  issue: 2,
  replace: 1,
  replaceInPour: 3,
  changeKeg: 3,
  openVisit: 1,
  closeVisit: 1,
  openShift: 1,
  closeShift: 1,
  lastOrders: 2,
};

export const aStep: fc.Arbitrary<Step> = fc.record(
  {
    what: fc.constantFrom(
      ...(Object.keys(WEIGHTS) as StepName[]).flatMap((name) => Array<StepName>(WEIGHTS[name]).fill(name)),
    ),
    who: fc.constantFrom(0, 0, 1),
    tap: fc.nat(2),
    pick: fc.nat(7),
    ml: fc.nat(900),
    joins: fc.nat(4),
  },
  { noNullPrototype: true },
);

/** Who is in flight together. */
export function batchesOf(steps: readonly Step[]): Step[][] {
  const batches: Step[][] = [];
  for (const step of steps) {
    const last = batches.at(-1);
    if (last && step.joins > 0 && last.length < MOST_AT_ONCE) last.push(step);
    else batches.push([step]);
  }
  return batches;
}

/** As one reads it: one line for each batch. */
export function told(steps: readonly Step[]): string {
  const line = ({ what, who, tap, pick, ml }: Step) =>
    `${what}(who ${who}, tap ${tap}, pick ${pick}, ml ${ml})`;
  return batchesOf(steps)
    .map((batch, at) => `${at + 1}. ${batch.map(line).join(' ‖ ')}`)
    .join('\n');
}
