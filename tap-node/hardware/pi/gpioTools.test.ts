import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { ensureSystemPackages, SYSTEM_PACKAGES } from '#build/systemPackages';
import type { MeterWiring, ValveWiring } from '#tap-node/config/tapFile';
import { gpioStubs } from '#tap-node/testing/gpioStubs';
import type { GpioStubs } from '#tap-node/testing/gpioStubs';
import { testFall } from './fallTest.ts';
import {
  askLine,
  closeValveOnce,
  generationOf,
  holdValve,
  isHeld,
  readLevel,
  watchMeter,
} from './gpioTools.ts';

const valve: ValveWiring = { chip: 'gpiochip0', line: 17, opens_at: 'high' };
const meter: MeterWiring = {
  chip: 'gpiochip0',
  line: 27,
  edge: 'falling',
  bias: 'pull_up',
  debounce_us: 1_200,
};
const low: ValveWiring = { ...valve, opens_at: 'low' };

describe('the command lines of libgpiod', () => {
  it.each([
    ['gpiomon (libgpiod) v1.6.3\nCopyright (C) 2017-2018 Bartosz Golaszewski\n', 1],
    ['gpioset (libgpiod) v2.2.1\nCopyright (C) 2017-2023 Bartosz Golaszewski\n', 2],
    ['gpioset (libgpiod) v2.0', 2],
    ['gpioset (libgpiod) v3.0', null],
    ['BusyBox v1.36', null],
  ])('tells the generation by %j', (said, generation) => expect(generationOf(said)).toBe(generation));

  it('generation 1', () => {
    const lines = [
      holdValve(valve, 'open', 1),
      holdValve(low, 'closed', 1),
      closeValveOnce(valve, 1),
      askLine(valve, 1),
      readLevel(valve, 1),
      watchMeter(meter, 1),
    ];
    expect(lines.map((one) => one.join(' '))).toEqual([
      'gpioset --bias=pull-down --mode=wait gpiochip0 17=1',
      'gpioset --active-low --bias=pull-up --mode=wait gpiochip0 17=0',
      'gpioset --bias=pull-down --mode=exit gpiochip0 17=0',
      'gpioinfo gpiochip0',
      'gpioget gpiochip0 17',
      'gpiomon --bias=pull-up --falling-edge --line-buffered --format=%s %n gpiochip0 27',
    ]);
  });

  it('generation 2', () => {
    const lines = [
      holdValve(valve, 'open', 2),
      holdValve(low, 'closed', 2),
      closeValveOnce(valve, 2),
      askLine(valve, 2),
      readLevel(valve, 2),
      watchMeter(meter, 2),
    ];
    expect(lines.map((one) => one.join(' '))).toEqual([
      'gpioset --bias pull-down --consumer taptill --chip gpiochip0 17=1',
      'gpioset --active-low --bias pull-up --consumer taptill --chip gpiochip0 17=0',
      'gpioset --bias pull-down --consumer taptill --toggle 0 --chip gpiochip0 17=0',
      'gpioinfo --chip gpiochip0 17',
      'gpioget --as-is --numeric --chip gpiochip0 17',
      'gpiomon --bias pull-up --edges falling --debounce-period 1200us --format %S --consumer taptill --chip gpiochip0 27',
    ]);
  });

  it.each([
    [1, '\tline  17:     "GPIO17"    "gpioset"  output  active-high [used]', true],
    [1, '\tline  17:     "GPIO17"       unused  output  active-high ', false],
    [
      1,
      '\tline  17:     "GPIO17"       unused   input  active-high \n\tline  18: "GPIO18" "gpioset" output active-high [used]',
      false,
    ],
    [2, 'gpiochip0 17\t"GPIO17"        \toutput consumer="taptill"', true],
    [2, 'gpiochip0 17\t"GPIO17"        \toutput', false],
    [2, 'gpiochip0 17\t"GPIO17"        \tinput consumer="gpiomon"', false],
  ] as const)('generation %i: %j is held: %s', (generation, said, held) => {
    expect(isHeld(said, valve, generation)).toBe(held);
  });
});

/** Debian's own programs, of whichever generation, as far as they are here or may be installed. */
const installed = await ensureSystemPackages(SYSTEM_PACKAGES.gpio, 'the command lines of libgpiod').then(
  () => generationOf(spawnSync('gpioset', ['--version'], { encoding: 'utf8' }).stdout),
  (problem: Error) => {
    console.warn(`not tried against Debian's programs: ${problem.message}`);
    return null;
  },
);

describe.runIf(installed !== null)('Debian’s own gpioset, gpiomon and gpioget', () => {
  const generation = installed ?? 1;
  const far: ValveWiring = { ...valve, chip: 'gpiochip250' };
  const commands = [
    holdValve(far, 'open', generation),
    holdValve({ ...far, opens_at: 'low' }, 'closed', generation),
    closeValveOnce(far, generation),
    askLine(far, generation),
    readLevel(far, generation),
    watchMeter({ ...meter, chip: 'gpiochip250' }, generation),
    watchMeter({ ...meter, chip: 'gpiochip250', bias: 'as_is', edge: 'rising', debounce_us: 0 }, generation),
  ];

  it.each(commands.map((command) => [command.join(' '), command] as const))(
    'take `%s` and miss only the chip',
    (_, [program, ...args]) => {
      const { status, stderr } = spawnSync(program, args, { encoding: 'utf8' });
      expect(stderr).toMatch(
        /no such (file or directory|device)|cannot find (the )?(gpio )?(chip|line)|looking up/i,
      );
      expect(stderr).not.toMatch(/usage|invalid|unrecognized|unknown option|must be specified|try .*--help/i);
      expect(status).toBe(1);
    },
  );

  it('refuse a command line of the other generation, so that the test above can fail', () => {
    const [program, ...args] = watchMeter({ ...meter, chip: 'gpiochip250' }, generation === 1 ? 2 : 1);
    expect(spawnSync(program, args, { encoding: 'utf8' }).stderr).toMatch(
      /unrecognized|invalid|try .*--help/i,
    );
  });
});

describe.each([1, 2] as const)('the test at start, libgpiod %i', (generation) => {
  let gpio: GpioStubs;
  const path = process.env['PATH'];
  afterEach(() => {
    process.env['PATH'] = path;
    gpio.remove();
  });
  const fall = (options: Parameters<typeof gpioStubs>[1], wiring = valve, kept_outputs: string[] = []) => {
    gpio = gpioStubs(generation, options);
    process.env['PATH'] = `${gpio.bin}:${path}`;
    return testFall({ generation, wirings: { 0: wiring, 1: { ...wiring, line: 22 } }, kept_outputs });
  };

  it('opens both valves, kills their holder, and sees them closed', async () => {
    expect(await fall({})).toEqual(new Map());
    for (const line of [17, 22]) expect(gpio.driven(line).at(-1)?.value).toBe('1');
    expect(gpio.holder(17)).toBeNull();
  });

  it('finds the line that stays open, and drives it closed', async () => {
    const failed = await fall({ persist: true });
    expect(failed.get(0)).toMatch(/stays at the open level.*pull-down.*strict_gpiod/);
    expect([...failed.keys()].sort()).toEqual([0, 1]);
    expect(gpio.driven(17).at(-1)?.value).toBe('0');
  });

  it('knows the relay that is on at low', async () => {
    expect(await fall({ pull: '1' }, low)).toEqual(new Map());
    const failed = await fall({ pull: '0' }, low);
    expect(failed.get(0)).toMatch(/pull-up/);
  });

  it('says in gpioset’s words that there is no such chip', async () => {
    const failed = await fall({ broken: 'unable to open chip' });
    expect(failed.get(0)).toMatch(/unable to open chip/);
  });
});

describe('the test at start', () => {
  it('does not even open a valve on a kernel that says it keeps outputs driven', async () => {
    const gpio = gpioStubs(2);
    const failed = await testFall({
      generation: 2,
      wirings: { 0: valve },
      kept_outputs: ['/nowhere', keptFile(gpio)],
    });
    expect(failed.get(0)).toMatch(/dtparam=strict_gpiod/);
    expect(gpio.calls()).toEqual([]);
    gpio.remove();
  });
});

function keptFile({ bin }: GpioStubs): string {
  const file = join(bin, 'persist_gpio_outputs');
  writeFileSync(file, 'Y\n');
  return file;
}
