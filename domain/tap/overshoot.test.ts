import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { learnOvershoot, MAX_OVERSHOOT_ML } from './overshoot.ts';

describe('learnOvershoot', () => {
  it.each([
    [0, 512, 500, 3],
    [3, 512, 500, 6],
    [12, 512, 500, 12],
    [12, 500, 500, 9],
    [0, 480, 500, 0],
    [200, 5000, 500, 200],
  ])('known %i, %i ml under a limit of %i: %i', (known, metered, limit, expected) => {
    expect(learnOvershoot(known, metered, limit)).toBe(expected);
  });

  it('stays within its bounds and comes to rest at what is seen again and again', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: MAX_OVERSHOOT_ML }),
        fc.integer({ min: -50, max: 400 }),
        (start, over) => {
          let known = start;
          for (let pour = 0; pour < 60; pour++) known = learnOvershoot(known, 500 + over, 500);
          expect(known).toBe(Math.min(MAX_OVERSHOOT_ML, Math.max(0, over)));
        },
      ),
    );
  });
});
