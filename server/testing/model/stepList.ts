import fc from 'fast-check';
import { aStep } from './steps.ts';
import type { Step } from './steps.ts';

/** After how many steps a list was seen to fail: what comes behind is the first to be left out. */
const failedAfter = new WeakMap<readonly Step[], number>();
export const noteFailure = (steps: readonly Step[], after: number): void =>
  void failedAfter.set(steps, after);

/** How far a list has been shrunk: what was tried and held is not tried again. */
type Progress = { phase: 'cut' | 'simplify' | 'cut again'; size: number; at: number };
type Candidate = { steps: Step[]; progress: Progress };

/**
 * Long lists that may become short: a list has its full length when it is made, and any length when it is shrunk. What fails is
 * cut at the failure, then halves, quarters, … are left out, then callers wait for each other and figures become small.
 */
class StepList extends fc.Arbitrary<Step[]> {
  private readonly made: fc.Arbitrary<Step[]>;

  constructor(length: { minLength: number; maxLength: number }) {
    super();
    this.made = fc.array(aStep, { ...length, size: 'max' });
  }

  /** Without bias: any step of any list is as likely as its weight says. */
  override generate(random: fc.Random): fc.Value<Step[]> {
    return new fc.Value([...this.made.generate(random, undefined).value], undefined);
  }

  override canShrinkWithoutContext(value: unknown): value is Step[] {
    return Array.isArray(value);
  }

  override shrink(steps: Step[], context: unknown): fc.Stream<fc.Value<Step[]>> {
    const progress = context as Progress | undefined;
    return fc.stream(smaller(steps, progress)).map((each) => new fc.Value(each.steps, each.progress));
  }
}

export const stepList = (length: { minLength: number; maxLength: number }): fc.Arbitrary<Step[]> =>
  new StepList(length);

function* smaller(steps: Step[], progress: Progress | undefined): IterableIterator<Candidate> {
  const after = failedAfter.get(steps) ?? steps.length;
  const first: Progress = { phase: 'cut', size: Math.ceil(after / 2), at: 0 };
  const from = progress ?? first;
  if (after < steps.length)
    yield { steps: steps.slice(0, after), progress: from.phase === 'cut' ? first : from };
  if (from.phase === 'cut') yield* cut(steps, from);
  if (from.phase !== 'cut again') yield* simplify(steps, from.phase === 'simplify' ? from.at : 0);
  // What became simple may have become needless.
  yield* cut(steps, from.phase === 'cut again' ? from : { phase: 'cut again', size: 1, at: 0 });
}

function* cut(steps: Step[], { phase, ...from }: Progress): IterableIterator<Candidate> {
  let { at } = from;
  for (let { size } = from; size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (; at < steps.length; at += size) {
      const kept = [...steps.slice(0, at), ...steps.slice(at + size)];
      yield { steps: kept, progress: { phase, size, at } };
    }
    at = 0;
  }
}

function* simplify(steps: Step[], from: number): IterableIterator<Candidate> {
  for (let at = from; at < steps.length; at++) {
    const step = steps[at];
    if (!step) return;
    for (const simple of simpler(step))
      yield { steps: steps.with(at, simple), progress: { phase: 'simplify', size: 1, at } };
  }
}

const FIGURES = ['joins', 'who', 'tap', 'pick', 'ml'] as const;

function* simpler(step: Step): IterableIterator<Step> {
  const figures = FIGURES.filter((figure) => step[figure] > 0);
  if (figures.length > 1) yield { ...step, joins: 0, who: 0, tap: 0, pick: 0, ml: 0 };
  for (const figure of figures) yield { ...step, [figure]: 0 };
}
