import { describe, expect, it } from 'vitest';
import { pulsesToMl } from '#domain/quantity/volume';
import { VirtualTime } from '#tap-node/testing/virtualTime';
import { seeded } from './seeded.ts';
import { SimulatedTap } from './simulatedTap.ts';

const done = () => Promise.resolve();

function aTap(change: { exact?: boolean; seed?: number } = {}) {
  const time = new VirtualTime();
  const tap = new SimulatedTap({
    clock: time,
    random: seeded(change.seed ?? 1),
    valve: { open: done, close: done },
    exact: change.exact ?? false,
  });
  return { time, tap };
}

async function pour(
  change: { exact?: boolean; seed?: number },
  close_after_ms: number,
  looks = 7,
): Promise<number> {
  const { time, tap } = aTap(change);
  tap.pour(500, 59);
  await tap.valve.open();
  for (let i = 0; i < looks; i++) {
    await time.pass(close_after_ms / looks);
    tap.meter.pulses();
  }
  await tap.valve.close();
  await time.pass(2_000);
  return tap.meter.pulses();
}

describe('the simulated tap', () => {
  it.each([450, 2_200, 5_400, 5_880])(
    'exact: 500 ml are 500 ml at %i pulses a litre, however often one looks',
    async (ppl) => {
      for (const looks of [1, 3, 113]) {
        const { time, tap } = aTap({ exact: true });
        tap.calibrate(ppl);
        tap.pour(500, 59);
        await tap.valve.open();
        for (let i = 0; i < looks; i++) {
          await time.pass(10_000 / looks);
          tap.meter.pulses();
        }
        expect(pulsesToMl(tap.meter.pulses(), ppl)).toBe(500);
      }
    },
  );

  it('nothing flows with the valve closed, and nothing without a glass', async () => {
    const { time, tap } = aTap();
    tap.pour(500, 59);
    await time.pass(5_000);
    expect(tap.meter.pulses()).toBe(0);
    tap.pour(0, 59);
    await tap.valve.open();
    await time.pass(5_000);
    expect(tap.meter.pulses()).toBe(0);
  });

  it('closing on running beer leaves a tail of 3 to 25 ml', async () => {
    for (let seed = 1; seed <= 40; seed++) {
      const pulses = await pour({ seed }, 2_000);
      const ml = pulses / 5.4;
      expect(ml).toBeGreaterThan(118 * 0.97 + 2.5);
      expect(ml).toBeLessThan(118 * 1.03 + 26);
    }
  });

  it('the same seed pours the same, another one does not', async () => {
    expect(await pour({ seed: 5 }, 2_000)).toBe(await pour({ seed: 5 }, 2_000));
    expect(await pour({ seed: 5 }, 2_000)).not.toBe(await pour({ seed: 6 }, 2_000));
  });

  it('an order to close overtakes an order to open that is still being carried out', async () => {
    const time = new VirtualTime();
    let opened: () => void = () => undefined;
    const slow = { open: () => new Promise<void>((resolve) => (opened = resolve)), close: done };
    const tap = new SimulatedTap({ clock: time, random: seeded(1), valve: slow, exact: true });
    tap.pour(500, 59);
    const opening = tap.valve.open();
    await tap.valve.close();
    opened();
    await opening;
    await time.pass(5_000);
    expect(tap.meter.pulses()).toBe(0);
  });
});
