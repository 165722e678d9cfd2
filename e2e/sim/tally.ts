import type { SeedResult } from './runSeed.ts';

/** of one evening, in `npm test` and by default */
export const STEPS = 200;

export function addUp(totals: Map<string, number>, counts: ReadonlyMap<string, number>): void {
  for (const [name, times] of counts) {
    totals.set(name, (totals.get(name) ?? 0) + times);
    if (name.startsWith('verdict late_sync')) totals.set('late sync', (totals.get('late sync') ?? 0) + times);
  }
}

/** With the command that replays it. */
export function describeFailure({ seed, steps, violations }: SeedResult): string {
  const rest = violations.length > 1 ? ` (and ${violations.length - 1} more)` : '';
  return `seed ${seed}: ${violations[0]}${rest} → npm run sim -- --seed ${seed} --steps ${steps} --trace`;
}
