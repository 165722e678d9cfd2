import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import { sqlState } from '../db/inTransaction.ts';
import { GUARDS, without } from '../testing/model/guards.ts';
import type { Guard } from '../testing/model/guards.ts';
import { modelDatabase, runSteps } from '../testing/model/runSteps.ts';
import { stepList } from '../testing/model/stepList.ts';
import { told } from '../testing/model/steps.ts';

/*
 * The model of barLife.model.test.ts with one guard taken away: it must fail, and shrink to what shows the hole. A guard that
 * can go without anybody noticing is not tested. What else would catch it is taken away with it, and named in GUARDS.
 */
type Hash = (body: unknown) => string;
const hashing = vi.hoisted(() => ({ blind: (_: unknown): boolean => false }));
vi.mock('./support/requestHash.ts', async (load) => {
  const real = await load<{ requestHash: Hash }>();
  const requestHash: Hash = (body) => (hashing.blind(body) ? '0'.repeat(64) : real.requestHash(body));
  return { ...real, requestHash };
});

/** Most fail in the first few. */
const RUNS = 150;
/** What calls in flight do to each other is PostgreSQL's to say, so a search may end at a long list: then another one begins. */
const SEEDS = [20_261_124, 20_261_125, 20_261_126];
const LONG = 15;
const PATIENT_MS = 900_000;

async function failsAndShrinks(guard: Guard): Promise<void> {
  const db = await modelDatabase();
  const taken = await without(db, guard);
  try {
    const once = fc.asyncProperty(stepList({ minLength: 30, maxLength: 36 }), (steps) =>
      runSteps({ db, tally: {}, close: false }, steps),
    );
    const search = (seed: number) => fc.check(once, { numRuns: RUNS, seed });
    const [first, ...others] = SEEDS;
    let found = await search(first ?? 0);
    const stepsOf = () => found.counterexample?.[0] ?? [];
    for (const seed of others) if (stepsOf().length >= LONG) found = await search(seed);
    const steps = stepsOf();
    const failure = found.errorInstance instanceof Error ? found.errorInstance : new Error('none');
    if (process.env['TAPTILL_MODEL_TALLY'])
      console.log(`after ${found.numRuns} runs, ${found.numShrinks} shrinks: ${failure.message}`);
    expect(found.failed, 'nobody noticed').toBe(true);
    expect(sqlState(failure.cause) ?? '', 'the statement without its guard is none').not.toMatch(/^42/);
    expect(failure.message, 'nor is one that answers nothing').not.toMatch(/^Expected one row/);
    for (const times of taken.rewritten()) expect(times, 'the guard was there').toBeGreaterThan(0);
    expect(steps.length, told(steps)).toBeLessThan(LONG);
  } finally {
    taken.restore();
    await db.drop();
  }
}

it.each(Object.entries<Guard>(GUARDS))(
  'without the %s it fails and shrinks',
  (_, guard) => failsAndShrinks(guard),
  PATIENT_MS,
);

const has = (key: string) => (body: unknown) => typeof body === 'object' && body !== null && key in body;
it.each([
  ['commands', has('operator_id')],
  ['reports', has('metered_ml')],
])(
  'without the request hash of %s it fails and shrinks',
  async (_, blind) => {
    hashing.blind = blind;
    await failsAndShrinks({}).finally(() => (hashing.blind = () => false));
  },
  PATIENT_MS,
);
