import type { World } from './world.ts';
import { CARDS } from './acts.ts';

const GLASSES_ML = [40, 100, 200, 300, 500, 900];
const SLOWEST = 22;
const FASTEST = 60;

/** A card is laid on a tap, a glass held under it; mostly the guest stays until it is full. Now and then the card is a foreign one. */
export async function layCard(world: World): Promise<void> {
  const { dice, taps, cashier, history, time } = world;
  const tap = dice.pick(taps);
  if (!tap || (tap.uid() !== null && !dice.chance(0.1))) return;
  const visits = await cashier.visits();
  const theirs = visits.flatMap(({ uid }) => (uid === null ? [] : [uid]));
  const free = theirs.filter((uid) => taps.every((other) => other.uid() !== uid));
  const copied = dice.chance(0.12) ? theirs : free;
  const uid = dice.chance(0.05) ? dice.pick(CARDS) : dice.pick(copied);
  if (uid === undefined) return;
  const glass = { ml: dice.pick(GLASSES_ML) ?? 300, rate: dice.between(SLOWEST, FASTEST) };
  tap.lay(uid, glass);
  history.note('card laid', { tap_id: tap.tap_id, uid, ...glass });
  history.count('card laid');
  const stays_ms = Math.round((glass.ml / glass.rate) * 1_000) + dice.between(200, 5_000);
  time.after(dice.chance(0.15) ? dice.between(100, 2_000) : stays_ms, () => {
    if (tap.uid() === uid) tap.lift();
  });
}
