import { setTimeout as wait } from 'node:timers/promises';
import { readTapFile } from './config/tapFile.ts';
import { closeValveOnce, findGpioTools, run } from './hardware/pi/gpioTools.ts';

const READERS_SETTLE_MS = 1_500;

/** `--check FILE`: what this machine has, and whether tap.json fits it. Touches no line. */
export async function checkMachine(file: string): Promise<void> {
  const wired = readTapFile(file);
  console.log(`${file}: ${wired.taps.length} tap(s), no mistakes`);
  console.log(`libgpiod's programs: generation ${await findGpioTools()}`);
  const { CardReaders } = await import('./hardware/pi/cardReaders.ts');
  new CardReaders({ wirings: wired.taps.map(({ reader }) => reader), log: (line) => console.log(line) });
  await wait(READERS_SETTLE_MS);
  // the PC/SC library may take a minute to end by itself
  process.kill(process.pid, 'SIGTERM');
}

/** `--close-valves FILE`: drives every valve closed once and lets go; what systemd runs after the node has ended in any way. */
export async function closeValves(file: string): Promise<void> {
  const { taps } = readTapFile(file);
  const generation = await findGpioTools();
  const results = await Promise.allSettled(taps.map(({ valve }) => run(closeValveOnce(valve, generation))));
  const failed = results.flatMap((one) => (one.status === 'rejected' ? [(one.reason as Error).message] : []));
  if (failed.length > 0) throw new Error(`not every valve was driven closed: ${failed.join('; ')}`);
}
