import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { ValveWiring } from '#tap-node/config/tapFile';
import { gpioStubs } from '#tap-node/testing/gpioStubs';
import type { GpioStubs } from '#tap-node/testing/gpioStubs';
import type { GpioGeneration } from './gpioTools.ts';

const SCRIPT = fileURLToPath(new URL('../../testing/valveScript.ts', import.meta.url));
const LINE = 17;
const valve: ValveWiring = { chip: 'gpiochip0', line: LINE, opens_at: 'high' };
const patient = { timeout: 60_000, interval: 10 };

vi.setConfig({ testTimeout: 180_000 });

const stubs: GpioStubs[] = [];
const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) {
    child.kill('SIGCONT');
    child.kill('SIGKILL');
  }
  for (const one of stubs.splice(0)) one.remove();
});

/** A node with its valve open, driven by the stub programs. */
async function openValve(generation: GpioGeneration, wiring = valve) {
  const gpio = gpioStubs(generation, { pull: wiring.opens_at === 'high' ? '0' : '1' });
  stubs.push(gpio);
  const child = spawn(process.execPath, [SCRIPT, JSON.stringify({ generation, wirings: { 0: wiring } })], {
    env: { ...process.env, PATH: `${gpio.bin}:${process.env['PATH']}` },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  let said = '';
  child.stdout.on('data', (text: Buffer) => (said += text.toString()));
  const opens = wiring.opens_at === 'high' ? '1' : '0';
  await expect.poll(() => said, patient).toContain('open');
  await expect.poll(() => gpio.driven(LINE).at(-1)?.value, patient).toBe(opens);
  await expect.poll(() => gpio.level(LINE), patient).toBe(opens);
  return { gpio, child, said: () => said, holder: holderOf(gpio.holder(LINE) ?? 0) };
}

/** The process that started the gpioset. */
function holderOf(gpioset: number): number {
  return Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${gpioset}/status`, 'utf8'))?.[1]);
}

const isRunning = (pid: number): boolean => existsSync(`/proc/${pid}`);

describe.each([1, 2] as const)('valves by libgpiod %i', (generation) => {
  it('kill -9 of the node: the line is let go at once, and the holder drives it closed before it goes', async () => {
    const { gpio, child, holder } = await openValve(generation);
    const gpioset = gpio.holder(LINE) ?? 0;
    const killed_at = performance.now();
    child.kill('SIGKILL');
    while (gpio.holder(LINE) === gpioset) await setTimeout(1);
    console.log(`let go ${Math.round(performance.now() - killed_at)} ms after the kill`);
    await expect.poll(() => gpio.driven(LINE).at(-1)?.value, patient).toBe('0');
    await expect.poll(() => isRunning(holder), patient).toBe(false);
    expect(gpio.holder(LINE)).toBeNull();
  });

  it('kill -9 of the holder: its gpioset dies with it, the node hears of it, and a new holder drives closed', async () => {
    const { gpio, holder, said } = await openValve(generation);
    const gpioset = gpio.holder(LINE) ?? 0;
    process.kill(holder, 'SIGKILL');
    await expect.poll(() => isRunning(gpioset), patient).toBe(false);
    await expect.poll(said, patient).toMatch(/lost 0 the holder of the valves ended\nheld 0/);
    await expect.poll(() => gpio.level(LINE), patient).toBe('0');
  });
});

describe('the holder of the valves', () => {
  const generation = 1;

  it('a frozen node: its valve is closed when the lease is over, and told when it thaws', async () => {
    const { gpio, child, said } = await openValve(generation);
    child.kill('SIGSTOP');
    await expect.poll(() => gpio.driven(LINE).at(-1)?.value, patient).toBe('0');
    child.kill('SIGCONT');
    await expect.poll(said, patient).toMatch(/lost 0 the node was silent/);
  });

  it('a gpioset that is killed is a lost valve, and the closed level is driven again', async () => {
    const { gpio, said } = await openValve(generation);
    process.kill(gpio.holder(LINE) ?? 0, 'SIGKILL');
    await expect.poll(said, patient).toMatch(/lost 0 gpioset ended \(SIGKILL\)\nheld 0/);
    expect(gpio.driven(LINE).at(-1)?.value).toBe('0');
  });

  it('a relay that is on at low is closed at high', async () => {
    const { gpio, child } = await openValve(generation, { ...valve, opens_at: 'low' });
    expect(gpio.level(LINE)).toBe('0');
    child.kill('SIGTERM');
    await expect.poll(() => gpio.level(LINE), patient).toBe('1');
    await expect.poll(() => gpio.driven(LINE).at(-1)?.value, patient).toBe('1');
  });
});
