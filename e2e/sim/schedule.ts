import { verifyBooks } from '#server/services/verifyBooks';
import { ACTS } from './acts.ts';
import { FAULTS } from './faults.ts';
import { layCard } from './guests.ts';
import type { World } from './world.ts';

type Kind = 'card' | keyof typeof ACTS | keyof typeof FAULTS;

const weightsOf = <Name extends string>(table: Record<Name, { weight: number }>) =>
  Object.fromEntries(
    Object.entries<{ weight: number }>(table).map(([name, { weight }]) => [name, weight]),
  ) as Record<Name, number>;

const WEIGHTS: Record<Kind, number> = { card: 40, ...weightsOf(ACTS), ...weightsOf(FAULTS) };
const LOOK_EVERY = 70;

/** `steps` things happen, each a moment after the one before; now and then nothing happens for a while. */
export async function runSchedule(world: World, steps: number): Promise<void> {
  const { time, dice, history } = world;
  await open(world);
  for (let step = 1; step <= steps; step++) {
    const kind = dice.weighted(WEIGHTS);
    history.note('step', { step, kind });
    await take(world, kind);
    history.count('step');
    if (step % LOOK_EVERY === 0) await lookAtBooks(world);
    await time.pass(pauseMs(world));
  }
}

/** Guests come in; nobody plays without them. */
async function open(world: World): Promise<void> {
  const { cashier, time } = world;
  for (let n = 0; n < 3; n++) await ACTS['open visit'].act(cashier);
  await time.pass(500);
}

function pauseMs({ dice }: World): number {
  if (dice.chance(0.012)) return dice.between(15_000, 22_000);
  return dice.chance(0.1) ? dice.between(1_500, 4_000) : dice.between(10, 550);
}

async function take(world: World, kind: Kind): Promise<void> {
  if (kind === 'card') return layCard(world);
  if (kind in FAULTS) return FAULTS[kind as keyof typeof FAULTS].fault(world);
  const act = ACTS[kind as keyof typeof ACTS].act(world.cashier);
  // Some acts wait for a tap: time must go on meanwhile.
  if (kind === 'force unlock') return void act;
  return act;
}

export async function lookAtBooks({ till, history }: Pick<World, 'till' | 'history'>): Promise<void> {
  if (!till.up) return;
  const { broken } = await till.act((deps) => verifyBooks(deps));
  for (const one of broken) history.violate('the books are broken', one);
}
