import { afterEach, describe, expect, it } from 'vitest';
import type { MeterWiring } from '#tap-node/config/tapFile';
import { gpioStubs } from '#tap-node/testing/gpioStubs';
import type { GpioStubs } from '#tap-node/testing/gpioStubs';
import { GpioMeter } from './gpioMeter.ts';
import { PulseCounter } from './pulseCounter.ts';

/** What `gpiomon --format="%s %n"` of 1.6 and `gpiomon --format %S` of 2.2 say of edges at these microseconds. */
const recorded = {
  1: (at_us: readonly number[]) =>
    at_us.map((us) => `${1_201 + Math.floor(us / 1e6)} ${Math.round(us % 1e6) * 1_000 + 7}\n`).join(''),
  2: (at_us: readonly number[]) =>
    at_us
      .map(
        (us) =>
          `${1_201 + Math.floor(us / 1e6)}.${String(Math.round(us % 1e6) * 1_000 + 7).padStart(9, '0')}\n`,
      )
      .join(''),
} as const;

/** A meter at 348 Hz for `seconds`, as a good one gives it. */
const steady = (seconds: number): number[] =>
  Array.from({ length: Math.floor(seconds * 348) }, (_, n) => (n * 1e6) / 348);

const counted = (text: string, debounce_us = 1_200): number => {
  const counter = new PulseCounter(debounce_us);
  counter.take(text);
  return counter.pulses;
};

describe('the pulses in gpiomon’s output', () => {
  it.each([1, 2] as const)('are counted one by one, generation %i', (generation) => {
    expect(counted(recorded[generation](steady(10)))).toBe(3_480);
  });

  it.each([1, 2] as const)('are the same however the output was cut, generation %i', (generation) => {
    const text = recorded[generation](steady(2));
    for (const size of [1, 3, 17, 64, 4_096]) {
      const counter = new PulseCounter(1_200);
      for (let at = 0; at < text.length; at += size) counter.take(text.slice(at, at + size));
      expect(counter.pulses).toBe(696);
    }
  });

  it('bounce within 1.2 ms is one pulse, also over the turn of a second', () => {
    expect(counted(recorded[1]([0, 300, 900, 2_900, 3_100, 999_500, 1_000_100]))).toBe(3);
    expect(counted(recorded[1]([0, 300, 900, 2_900, 3_100]), 0)).toBe(5);
  });

  it('a clock that goes back hides no pulse', () => {
    expect(counted('500 0\n500 3000000\n2 0\n2 5000000\n')).toBe(4);
  });

  it('anything else is no pulse', () => {
    expect(counted("Monitoring line '27'...\nevent: FALLING EDGE offset: 27\n12.\n\n12.5x\n1201 5\n")).toBe(
      1,
    );
  });
});

describe.each([1, 2] as const)('a meter by libgpiod %i', (generation) => {
  const wiring: MeterWiring = {
    chip: 'gpiochip0',
    line: 27,
    edge: 'rising',
    bias: 'pull_up',
    debounce_us: 1_200,
  };
  const patient = { timeout: 20_000 };
  const path = process.env['PATH'];
  let gpio: GpioStubs;
  let meter: GpioMeter;
  afterEach(() => {
    meter.close();
    process.env['PATH'] = path;
    gpio.remove();
  });

  it('counts what comes, is lost when gpiomon dies, and counts on when it is back', async () => {
    gpio = gpioStubs(generation);
    process.env['PATH'] = `${gpio.bin}:${path}`;
    const heard: string[] = [];
    const listener = {
      lost: (why: string) => void heard.push(`lost ${why}`),
      found: () => void heard.push('found'),
    };
    meter = new GpioMeter({ wiring, generation, listener });
    gpio.pulses(27, recorded[generation](steady(1)));
    await expect.poll(() => meter.pulses(), patient).toBe(348);
    process.kill(gpio.watcher(27) ?? 0, 'SIGKILL');
    await expect.poll(() => heard, patient).toEqual(['lost gpiomon ended (SIGKILL)', 'found']);
    // the stub says everything again, as a new program on a running meter would say new pulses
    await expect.poll(() => meter.pulses(), patient).toBe(696);
  });

  it('says in gpiomon’s words why there is no meter', async () => {
    gpio = gpioStubs(generation, { broken: 'error waiting for events: No such device' });
    process.env['PATH'] = `${gpio.bin}:${path}`;
    const heard: string[] = [];
    meter = new GpioMeter({
      wiring,
      generation,
      listener: { lost: (why) => void heard.push(why), found: () => void heard.push('found') },
    });
    await expect.poll(() => gpio.calls().length, patient).toBeGreaterThan(1);
    expect(heard[0]).toBe('gpiomon: error waiting for events: No such device');
  });
});
