import { expect, it } from 'vitest';
import { fateOf, type Chaos, type Direction } from './tcpProxy.ts';

const CHAOS: Chaos = { seed: 7, most_delay_ms: 40, resets_permille: 100 };
const schedule = (chaos: Chaos) =>
  (['to_till', 'to_node'] as Direction[]).flatMap((direction) =>
    Array.from({ length: 500 }, (_, n) => fateOf(chaos, { link: n % 10, direction, chunk: n })),
  );

it('the same seed disturbs alike, another one otherwise', () => {
  expect(schedule(CHAOS)).toEqual(schedule(CHAOS));
  expect(schedule({ ...CHAOS, seed: 8 })).not.toEqual(schedule(CHAOS));
});

it('a disturbed network delays within its bound and resets about as often as it was told', () => {
  const fates = schedule(CHAOS);
  expect(Math.max(...fates.map((fate) => fate.delay_ms))).toBeLessThanOrEqual(40);
  const resets = fates.filter((fate) => fate.reset).length;
  expect(resets).toBeGreaterThan(60);
  expect(resets).toBeLessThan(140);
});
